package io.bulwark.stream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of IP addresses, as CIDR has it (RFC 4632). Immutable.
 *
 * @param network the first address
 * @param bits how many of its first bits all have in common
 */
public record AddressRange(InetAddress network, int bits) {

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    /**
     * What {@link InetAddress#getByName} looks up for no name: four octets, or what has a colon and begins with one or
     * a hexadecimal digit.
     */
    private static final Pattern ADDRESS =
            Pattern.compile(OCTET + "(\\." + OCTET + "){3}|(?!\\.)[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** A range or a single address; empty where it is none, and for the range of all addresses. */
    public static Optional<AddressRange> parse(String text) {
        String[] parts = text.strip().split("/", -1);
        return parts.length > 2
                ? Optional.empty()
                : address(parts[0]).flatMap(network -> {
                    int all = network.getAddress().length * Byte.SIZE;
                    if (parts.length == 1) {
                        return Optional.of(new AddressRange(network, all));
                    }
                    return parts[1].matches("[0-9]{1,3}")
                            ? Optional.of(Integer.parseInt(parts[1]))
                                    .filter(bits -> bits >= 1 && bits <= all)
                                    .map(bits -> new AddressRange(network, bits))
                            : Optional.empty();
                });
    }

    /** An address as it stands in a header, perhaps in brackets and with a port; empty where it is none. */
    public static Optional<InetAddress> address(String text) {
        String bare = text.strip();
        if (bare.startsWith("[")) {
            int end = bare.indexOf(']');
            bare = end < 0 ? "" : bare.substring(1, end);
        } else if (bare.indexOf(':') >= 0 && bare.indexOf(':') == bare.lastIndexOf(':')) {
            bare = bare.substring(0, bare.indexOf(':'));
        }
        if (!ADDRESS.matcher(bare).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(bare));
        } catch (UnknownHostException none) {
            return Optional.empty();
        }
    }

    /** Whether an address is in the range. */
    public boolean holds(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] theirs = address.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if ((mine[bit / Byte.SIZE] & mask) != (theirs[bit / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }
}
