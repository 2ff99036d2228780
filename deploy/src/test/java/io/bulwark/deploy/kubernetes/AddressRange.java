package io.bulwark.deploy.kubernetes;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A block of addresses in CIDR notation.
 *
 * @param bits of an address: 32 or 128
 * @param first its first address as a number
 * @param prefix its length
 */
record AddressRange(int bits, BigInteger first, int prefix) {

    static AddressRange of(String cidr) {
        String[] parts = cidr.split("/");
        try {
            byte[] raw = InetAddress.getByName(parts[0]).getAddress();
            int bits = raw.length * 8;
            return new AddressRange(
                    bits, new BigInteger(1, raw), parts.length == 1 ? bits : Integer.parseInt(parts[1]));
        } catch (UnknownHostException wrong) {
            throw new IllegalArgumentException(cidr + " is no block of addresses", wrong);
        }
    }

    /** Whether its first address is the first of a block of its length, as Kubernetes wants it. */
    boolean isAligned() {
        return first.shiftRight(bits - prefix).shiftLeft(bits - prefix).equals(first);
    }

    boolean contains(AddressRange other) {
        return bits == other.bits
                && prefix <= other.prefix
                && other.first.shiftRight(bits - prefix).equals(first.shiftRight(bits - prefix));
    }

    boolean overlaps(AddressRange other) {
        return contains(other) || other.contains(this);
    }
}
