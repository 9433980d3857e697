/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "ship-cli.h"
int
ship_cli_rescue (ShipCli *cli, int argc, char **argv)
{
  return 1;
}
