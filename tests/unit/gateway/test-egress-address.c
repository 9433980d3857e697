/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the names that a sandbox asks for may lead. */
#include "gateway/ship-egress-address.h"

static const char *const closed[] = {
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "10.255.255.255",
  "100.64.0.1",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.8",
  "192.88.99.1",
  "192.168.1.1",
  "198.18.0.1",
  "198.19.255.255",
  "224.0.0.1",
  "239.1.1.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "::127.0.0.1",
  "::10.0.0.1",
  "::ffff:169.254.169.254",
  "::ffff:0:a00:1",
  "64:ff9b::a9fe:a9fe",
  "2002:a9fe:a9fe::1",
  "2002:c0a8:101::1",
  "fd00:ec2::254",
  "64:ff9b::7f00:1",
  "64:ff9b::a00:1",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:1ff::1",
  "2002:7f00:1::1",
  "2002:a00:1::",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1",
  "fec0::1",
  "ff02::1",
  "4000::1",
};
static const char *const open[] = {
  "1.1.1.1",       "9.255.255.255",   "11.0.0.1",    "100.63.255.255", "100.128.0.1",
  "126.1.1.1",     "128.0.0.1",       "169.253.1.1", "172.15.255.255", "172.32.0.1",
  "192.0.1.1",     "192.167.1.1",     "192.169.1.1", "198.17.1.1",     "198.20.1.1",
  "223.255.255.1", "2606:4700::1111", "2a00::1",     "2002:808:808::", "64:ff9b::808:808",
};

static void
test_addresses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (closed); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (closed[i]);

      g_test_message ("%s", closed[i]);
      g_assert_false (ship_egress_address_is_public (address));
    }
  for (guint i = 0; i < G_N_ELEMENTS (open); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (open[i]);

      g_test_message ("%s", open[i]);
      g_assert_true (ship_egress_address_is_public (address));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/egress-address/all", test_addresses);
  return g_test_run ();
}
