package io.bulwark.service.fetch;

import io.bulwark.service.fetch.AddressGuard.SpecialAddresses.AddressBlock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Says which addresses a location may lead to: public ones, and what is allow-listed. An IPv4 address hidden in an
 * IPv6 one is judged, too. Immutable; any thread.
 *
 * @see SpecialAddresses
 */
final class AddressGuard {

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
        return SpecialAddresses.kindOf(raw);
    }

    /**
     * Distinguishes public addresses from all others. Of IPv4 everything is public that no registry sets aside. Of IPv6
     * only global unicast is (2000::/3), less what is set aside within, and the well-known prefix of NAT64 in front of
     * a public IPv4 address: a network of IPv6 alone reaches the other half of the web by it. Any thread.
     *
     * <p>Source of the blocks: IANA's registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890 and its
     * updates), whole, those "globally reachable" included: they are for protocols, and a nearby router may answer for
     * them.
     *
     * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA: IPv4 special-purpose
     * addresses</a>
     * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA: IPv6 special-purpose
     * addresses</a>
     */
    static final class SpecialAddresses {

        /** The first that holds an address names it. */
        private static final List<Block> SET_ASIDE = List.of(
                Block.of("0.0.0.0/8", "unspecified"),
                Block.of("10.0.0.0/8", "private"),
                Block.of("100.64.0.0/10", "carrier-grade NAT"),
                Block.of("127.0.0.0/8", "loopback"),
                // A public address that every machine in Azure reaches, and that hands out its secrets.
                Block.of("168.63.129.16", "Azure's wire server"),
                Block.of("169.254.0.0/16", "link-local"),
                Block.of("172.16.0.0/12", "private"),
                Block.of("192.0.0.0/24", "protocol assignments"),
                Block.of("192.0.2.0/24", "documentation"),
                Block.of("192.31.196.0/24", "AS112"),
                Block.of("192.52.193.0/24", "AMT"),
                Block.of("192.88.99.0/24", "6to4 relay anycast"),
                Block.of("192.168.0.0/16", "private"),
                Block.of("192.175.48.0/24", "AS112"),
                Block.of("198.18.0.0/15", "benchmarking"),
                Block.of("198.51.100.0/24", "documentation"),
                Block.of("203.0.113.0/24", "documentation"),
                Block.of("224.0.0.0/4", "multicast"),
                Block.of("240.0.0.0/4", "reserved"),
                Block.of("::/128", "unspecified"),
                Block.of("::1/128", "loopback"),
                Block.of("::/96", "IPv4-compatible"),
                Block.of("::ffff:0:0:0/96", "IPv4-translated"),
                Block.of("64:ff9b:1::/48", "local NAT64"),
                Block.of("100::/64", "discard"),
                Block.of("100:0:0:1::/64", "dummy"),
                Block.of("2001:2::/48", "benchmarking"),
                Block.of("2001::/23", "protocol assignments"),
                Block.of("2001:db8::/32", "documentation"),
                Block.of("2620:4f:8000::/48", "AS112"),
                Block.of("3fff::/20", "documentation"),
                Block.of("5f00::/16", "segment routing"),
                Block.of("fc00::/7", "unique local"),
                Block.of("fe80::/10", "link-local"),
                Block.of("fec0::/10", "site-local"),
                Block.of("ff00::/8", "multicast"));

        private static final AddressBlock GLOBAL_UNICAST = AddressBlock.parse("2000::/3");
        private static final AddressBlock NAT64 = AddressBlock.parse("64:ff9b::/96");
        private static final AddressBlock SIX_TO_FOUR = AddressBlock.parse("2002::/16");
        private static final AddressBlock TEREDO = AddressBlock.parse("2001::/32");

        private SpecialAddresses() {}

        /**
         * What the address is instead of public; empty where it is public.
         *
         * @param raw 4 or 16 bytes; the JDK has already turned IPv4-mapped addresses (::ffff:0:0/96) into IPv4
         */
        static Optional<String> kindOf(byte[] raw) {
            if (NAT64.contains(raw)) {
                return setAside(Arrays.copyOfRange(raw, 12, 16)).map(kind -> kind + " inside NAT64");
            }
            if (TEREDO.contains(raw)) {
                return Optional.of(insideTeredo(raw));
            }
            if (SIX_TO_FOUR.contains(raw)) {
                return Optional.of(setAside(Arrays.copyOfRange(raw, 2, 6))
                        .map(kind -> kind + " inside 6to4")
                        .orElse("6to4"));
            }
            return setAside(raw)
                    .or(() -> raw.length == 4 || GLOBAL_UNICAST.contains(raw)
                            ? Optional.empty()
                            : Optional.of("outside of global unicast (2000::/3)"));
        }

        /** The server's and the client's address both decide where a packet goes. */
        private static String insideTeredo(byte[] raw) {
            byte[] client = Arrays.copyOfRange(raw, 12, 16);
            for (int i = 0; i < client.length; i++) {
                client[i] = (byte) ~client[i];
            }
            return setAside(Arrays.copyOfRange(raw, 4, 8))
                    .or(() -> setAside(client))
                    .map(kind -> kind + " inside Teredo")
                    .orElse("Teredo");
        }

        private static Optional<String> setAside(byte[] raw) {
            return SET_ASIDE.stream()
                    .filter(block -> block.block().contains(raw))
                    .map(Block::kind)
                    .findFirst();
        }

        private record Block(AddressBlock block, String kind) {
            static Block of(String cidr, String kind) {
                return new Block(AddressBlock.parse(cidr), kind);
            }
        }

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
    }

    /**
     * The one place where names become addresses: the HTTP client connects to these addresses and resolves no names
     * itself, so a name cannot resolve differently between check and use (DNS rebinding). One forbidden address forbids
     * the name. Of many addresses only some come out: the client tries one after the other, each for as long as a
     * connection may take to open, and does not let itself be stopped between them. Any thread.
     */
    static final class VettedDns implements DnsResolver {

        private final NameService names;
        private final AddressGuard guard;
        private final int most;

        /**
         * Makes a resolver.
         *
         * @param most addresses of one name that are tried, 2 at least
         */
        VettedDns(NameService names, AddressGuard guard, int most) {
            this.names = names;
            this.guard = guard;
            this.most = most;
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
            InetAddress[] addresses = names.resolve(bare);
            for (InetAddress address : addresses) {
                Optional<String> kind = guard.forbids(bare, address);
                if (kind.isPresent()) {
                    throw new ForbiddenAddressException(kind.get());
                }
            }
            return addresses.length <= most ? addresses : some(addresses);
        }

        /** The first of both families in turn, for a machine may have a way to one of them only. */
        private InetAddress[] some(InetAddress[] addresses) {
            Class<?> preferred = addresses[0].getClass();
            Map<Boolean, List<InetAddress>> families =
                    Arrays.stream(addresses).collect(Collectors.partitioningBy(preferred::isInstance));
            List<InetAddress> some = new ArrayList<>();
            for (int i = 0; some.size() < most; i++) {
                for (boolean family : List.of(true, false)) {
                    families.get(family).stream().skip(i).limit(1).forEach(some::add);
                }
            }
            return some.subList(0, most).toArray(InetAddress[]::new);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }

        /** Names to addresses; {@link InetAddress#getAllByName} in production. */
        @FunctionalInterface
        interface NameService {

            InetAddress[] resolve(String host) throws UnknownHostException;
        }

        /**
         * A name led to an address that the guard forbids. An {@link UnknownHostException} because HTTP's resolver
         * throws it.
         */
        static final class ForbiddenAddressException extends UnknownHostException {

            ForbiddenAddressException(String kind) {
                super("The host resolves to an address that is " + kind
                        + "; only public addresses are fetched from, others by the setting bulwark.fetch.allow");
            }
        }
    }
}
