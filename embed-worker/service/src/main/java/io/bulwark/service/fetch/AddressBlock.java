package io.bulwark.service.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A block of IP addresses in CIDR notation.
 *
 * @param network its first address, 4 or 16 bytes
 * @param bits leading bits that an address shares with it
 */
record AddressBlock(byte[] network, int bits) {

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd00::/8} or a single address.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static AddressBlock parse(String text) {
        String[] parts = text.split("/", 2);
        if (!isLiteral(parts[0])) {
            throw new IllegalArgumentException(text + " is not an address block such as 10.0.0.0/8");
        }
        try {
            byte[] network = InetAddress.getByName(parts[0]).getAddress();
            int bits = parts.length == 1 ? network.length * 8 : Integer.parseInt(parts[1]);
            if (bits < 0 || bits > network.length * 8) {
                throw new IllegalArgumentException(
                        text + " has " + bits + " leading bits, allowed are 0 to " + network.length * 8);
            }
            return new AddressBlock(network, bits);
        } catch (UnknownHostException | NumberFormatException malformed) {
            throw new IllegalArgumentException(text + " is not an address block such as 10.0.0.0/8", malformed);
        }
    }

    /** Whether the text is an address and not a name, so that reading it asks no name server. */
    static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }

    boolean contains(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (address[i] != network[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        int mask = 0xff00 >> rest & 0xff;
        return rest == 0 || (address[whole] & mask) == (network[whole] & mask);
    }
}
