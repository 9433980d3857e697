/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether @address is one of the public internet. Not: this machine, a private or local network, a
 * carrier's, multicast, what is reserved, nor any of these in the clothes of IPv6 (mapped, 6to4,
 * NAT64). IANA's special-purpose registries (RFC 6890), but for the blocks of documentation, which
 * lead nowhere on the internet and may be somebody's own choice for a mirror. */
gboolean ship_egress_address_is_public (GInetAddress *address);

G_END_DECLS
