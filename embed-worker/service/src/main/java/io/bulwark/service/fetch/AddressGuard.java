package io.bulwark.service.fetch;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Says which addresses a location may lead to: public ones, and what is allow-listed. An IPv4 address hidden in an
 * IPv6 one is judged as both. Immutable; any thread.
 *
 * <p>Source of the blocks: IANA's special-purpose address registries (RFC 6890 and its updates).
 */
final class AddressGuard {

    private static final List<Block> DENIED = List.of(
            Block.of("0.0.0.0/8", "unspecified"),
            Block.of("10.0.0.0/8", "private"),
            Block.of("100.64.0.0/10", "carrier-grade NAT"),
            Block.of("127.0.0.0/8", "loopback"),
            Block.of("169.254.0.0/16", "link-local"),
            Block.of("172.16.0.0/12", "private"),
            Block.of("192.0.0.0/24", "protocol assignments"),
            Block.of("192.0.2.0/24", "documentation"),
            Block.of("192.168.0.0/16", "private"),
            Block.of("198.18.0.0/15", "benchmarking"),
            Block.of("198.51.100.0/24", "documentation"),
            Block.of("203.0.113.0/24", "documentation"),
            Block.of("224.0.0.0/4", "multicast"),
            Block.of("240.0.0.0/4", "reserved"),
            Block.of("::/128", "unspecified"),
            Block.of("::1/128", "loopback"),
            Block.of("100::/64", "discard"),
            Block.of("2001:db8::/32", "documentation"),
            Block.of("fc00::/7", "unique local"),
            Block.of("fe80::/10", "link-local"),
            Block.of("fec0::/10", "site-local"),
            Block.of("ff00::/8", "multicast"));

    private static final AddressBlock COMPATIBLE = AddressBlock.parse("::/96");
    private static final AddressBlock NAT64 = AddressBlock.parse("64:ff9b::/96");
    private static final AddressBlock NAT64_LOCAL = AddressBlock.parse("64:ff9b:1::/48");
    private static final AddressBlock SIX_TO_FOUR = AddressBlock.parse("2002::/16");
    private static final AddressBlock TEREDO = AddressBlock.parse("2001::/32");

    private final List<AddressBlock> allowedBlocks;
    private final Set<String> allowedHosts;

    /**
     * Makes a guard.
     *
     * @param allow address blocks and host names that are allowed whatever they are
     * @throws IllegalArgumentException if an entry with a slash is no address block
     */
    AddressGuard(List<String> allow) {
        allowedBlocks = allow.stream()
                .filter(entry -> entry.contains("/") || AddressBlock.isLiteral(entry))
                .map(AddressBlock::parse)
                .toList();
        allowedHosts = new HashSet<>();
        allow.stream()
                .filter(entry -> !entry.contains("/") && !AddressBlock.isLiteral(entry))
                .forEach(entry -> allowedHosts.add(entry.toLowerCase(Locale.ROOT)));
    }

    /**
     * Why the address may not be connected to; empty where it may.
     *
     * @param host the name that led to it
     * @param address what the name resolved to
     */
    Optional<String> forbids(String host, InetAddress address) {
        if (allowedHosts.contains(host.toLowerCase(Locale.ROOT))) {
            return Optional.empty();
        }
        byte[] raw = address.getAddress();
        if (allowedBlocks.stream().anyMatch(block -> block.contains(raw))) {
            return Optional.empty();
        }
        Optional<String> kind = kindOf(raw);
        if (kind.isEmpty() && raw.length == 16) {
            kind = hiddenKindOf(raw);
        }
        return kind;
    }

    private static Optional<String> kindOf(byte[] raw) {
        return DENIED.stream()
                .filter(block -> block.block().contains(raw))
                .map(Block::kind)
                .findFirst();
    }

    /** The kinds of IPv6 that carry IPv4. The JDK itself turns mapped ones (::ffff:0:0/96) into IPv4. */
    private static Optional<String> hiddenKindOf(byte[] raw) {
        if (NAT64_LOCAL.contains(raw)) {
            return Optional.of("local NAT64");
        }
        if (TEREDO.contains(raw)) {
            byte[] client = Arrays.copyOfRange(raw, 12, 16);
            for (int i = 0; i < client.length; i++) {
                client[i] = (byte) ~client[i];
            }
            // The server's and the client's address both decide where a packet goes.
            return kindOf(Arrays.copyOfRange(raw, 4, 8))
                    .or(() -> kindOf(client))
                    .map(kind -> kind + " inside Teredo")
                    .or(() -> Optional.of("Teredo"));
        }
        if (SIX_TO_FOUR.contains(raw)) {
            return kindOf(Arrays.copyOfRange(raw, 2, 6)).map(kind -> kind + " inside 6to4");
        }
        if (NAT64.contains(raw)) {
            return kindOf(Arrays.copyOfRange(raw, 12, 16)).map(kind -> kind + " inside NAT64");
        }
        if (COMPATIBLE.contains(raw)) {
            return Optional.of("IPv4-compatible");
        }
        return Optional.empty();
    }

    private record Block(AddressBlock block, String kind) {
        static Block of(String cidr, String kind) {
            return new Block(AddressBlock.parse(cidr), kind);
        }
    }
}
