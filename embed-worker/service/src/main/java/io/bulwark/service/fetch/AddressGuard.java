package io.bulwark.service.fetch;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

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
}
