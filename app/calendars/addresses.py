"""Which addresses on the network we go to on a stranger's word: public ones, and none behind our own door."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

# Addresses that carry another inside (RFC 6052, RFC 3056, RFC 4380): where they lead, somebody else decides.
_CARRIERS = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))
# All that is given out for the public network so far (IANA).
_PUBLIC = IPv6Network("2000::/3")


def is_public(written: str, *, loopback: bool = False) -> bool:
    """This function will tell whether an address is one that anybody may be sent to.

    Private, loopback, link-local, multicast, reserved and unspecified ones are not, nor are IPv6 addresses
    that stand for such an IPv4 one. With `loopback` this machine alone is, which only tests ask for.
    """
    address: Address = ip_address(written.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    address = mapped or address
    if loopback:
        return address.is_loopback
    if isinstance(address, IPv6Address) and (
        address not in _PUBLIC or any(address in each for each in _CARRIERS)
    ):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved
