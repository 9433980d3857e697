#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conversation of every kind in the real window: read, answered by keyboard, searched, copied.

usage: test-conversation.py PROGRAM PICTURES
"""

import sys

sys.dont_write_bytecode = True
from ship_case import run, shoot
from ship_home import MODEL
from ship_window import keys as press, wait_for

ANSWER = """# What I did

The greeting is **ready**; `greet.py` holds it. See [the manual](https://example.org/manual).

1. first
   - nested
2. second

- [x] done
- [ ] not yet

| Name | Count |
| --- | ---: |
| apples | 12 |
| pears | 7 |

> Well begun is half done.

```python
def greet(name):
    return f"Hello, {name}"
```

~~gone~~ <b>not bold</b>
"""


def script(model):
    model.add(reasoning="The file has to be looked at first.",
              tools=[{"name": "bash", "arguments": {"command": "printf '\\033[1;32mgreen\\033[0m plain\\n'",
                                                    "description": "Prints"}}])
    model.tool("bash", command="echo trouble; exit 3", description="Fails")
    model.tool("write", filePath="greet.py", content="def greet(name):\n    return 'Hello'\n")
    model.tool("edit", filePath="greet.py", oldString="'Hello'", newString="f'Hello, {name}'")
    model.tool("task", description="Count the apples", prompt="Count them", subagent_type="general")
    model.tool("bash", command="echo 12", description="Counts")
    model.text("There are 12.")
    model.add(error={"status": 529, "message": "Overloaded", "retry-after": 2})
    model.text(ANSWER, usage=[1200, 300, 0, 4000, 0])


def find_all(window, *names):
    for name in names:
        window.find(contains=name)


def a_conversation_of_every_kind(case):
    model = case.home.start_model()
    script(model)
    repository = case.home.repository()
    case.home.shipctl("run", "--repo", repository, "--model", MODEL, "--title", "Everybody", "Greet everybody")
    assert model.left() == 0

    window = case.open()
    window.click_at(window.find(contains="Everybody"))
    find_all(window, "apples", "What I did", "is ready", "nested", "Well begun", "Copy Code", "not bold",
             "Committed", "tokens in", "$")
    shoot(window, "conversation-end")
    press("Tab")
    find_all(window, "green", "Failed, exit 3", "Write: greet.py", "Edit: greet.py", "Sub-Agent: Count the apples",
             "Thought")
    assert window.nameless() == [], window.nameless()

    window.click(contains="Edit: greet.py")
    window.find(name="Changes")
    window.click(contains="green")
    window.find_text("green plain")
    window.find_text("+    return f'Hello, {name}'")
    window.click(contains="Steps")
    window.find(contains="echo 12")
    shoot(window, "conversation-open")
    assert window.quit() == 0


def permission_by_keyboard(case):
    model = case.home.start_model()
    model.tool("bash", command="echo asked", description="Asks")
    model.text("It was denied.")
    repository = case.home.repository()
    session = case.home.shipctl("new", "--repo", repository, "--model", MODEL, "--ask", "bash", "--title",
                                "Asking").strip()
    case.home.shipctl("send", session, "Ask me")
    window = case.open()
    window.click_at(window.find(contains="Asking"))
    window.find(contains="wants to run a command")
    wait_for("the focus on Allow", lambda: window.focused_now() and window.focused_now().name == "Allow")
    shoot(window, "permission")
    press("d")
    wait_for("the focus on the reason", lambda: window.focused_now() and window.focused_now().role in {"text", "entry"})
    window.type("use ls instead")
    press("Return")
    window.find(contains="It was denied.")
    window.click(contains="echo asked")
    window.find_text("use ls instead")
    assert model.left() == 0
    assert window.quit() == 0


def errors_have_ways_on(case):
    model = case.home.start_model()
    model.add(error={"status": 401, "message": "Invalid key"})
    model.text("It works now.")
    repository = case.home.repository()
    session = case.home.shipctl("new", "--repo", repository, "--model", MODEL, "--title", "Failing").strip()
    case.home.shipctl("send", session, "Try it")
    window = case.open()
    window.click_at(window.find(contains="Failing"))
    find_all(window, "Something Is Needed From You", "Open Preferences", "Discard Changes", "Continue", "Change Model")
    shoot(window, "error-card")
    window.click("Try Again")
    window.find(contains="It works now.")
    assert model.left() == 0
    assert window.quit() == 0


def found_copied_and_made_a_task(case):
    model = case.home.start_model()
    model.text("Here are the **pears**.")
    model.text("Done with the pears.")
    repository = case.home.repository()
    case.home.shipctl("run", "--repo", repository, "--model", MODEL, "--title", "Fruit", "Which fruit?")
    window = case.open()
    window.click_at(window.find(contains="Fruit"))
    window.find(contains="Here are the pears")
    press("ctrl+f")
    wait_for("the focus in the field", lambda: window.focused_now() and window.focused_now().role in {"text", "entry"})
    window.type("PEARS")
    window.find(contains="1 of 1")
    shoot(window, "find")
    press("Escape")

    wait_for("the focus on the answer", lambda: window.focused_now() and window.focused_now().name == "Agent")
    press("ctrl+c")
    press("Tab", "Tab", "ctrl+v")  # the end of the turn is a stop, too
    window.find_text("Here are the **pears**.")
    press("ctrl+a", "Delete", "shift+Tab", "Up")
    wait_for("the focus on the answer", lambda: window.focused_now() and window.focused_now().name == "Agent")
    press("Menu")
    item = window.find({"menu item"}, contains="Make a Task")
    shoot(window, "message-menu")
    window.click_at(item)
    window.find(contains="Done with the pears")
    assert model.left() == 0
    assert window.quit() == 0


sys.exit(run(a_conversation_of_every_kind, permission_by_keyboard, errors_have_ways_on, found_copied_and_made_a_task))
