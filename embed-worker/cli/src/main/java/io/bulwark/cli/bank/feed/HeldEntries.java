package io.bulwark.cli.bank.feed;

import io.bulwark.cli.bank.HashEntry;
import io.bulwark.events.Listing;
import io.bulwark.events.Reference;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.schemas.topic.ReferenceKey.ListedId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The records that one list wrote, by the id of their entry, as the topic has them. A list may have a million: a hash is
 * kept in bytes, and what records say beside it once for all that say the same. One thread.
 */
final class HeldEntries {

    private static final int MOST_SHARED = 10_000;

    private final String bank;
    private final String list;
    private final Map<String, HeldRecord[]> byEntry = new HashMap<>();
    private final Map<Facts, Facts> shared = new HashMap<>();

    HeldEntries(String bank, String list) {
        this.bank = bank;
        this.list = list;
    }

    /** What the topic has under a key of this list; empty where it was removed. */
    void apply(ReferenceKey key, Optional<Reference> value) {
        Optional<HeldRecord> record =
                record(key, value.map(reference -> share(Facts.of(reference))).orElse(null));
        if (record.isEmpty()) {
            return;
        }
        String entry = ListedId.parse(key.referenceId()).orElseThrow().entry();
        List<HeldRecord> records = new ArrayList<>(of(entry));
        records.removeIf(record.get()::isOfSameHash);
        if (value.isPresent()) {
            records.add(record.get());
        }
        set(entry, records);
    }

    private Optional<HeldRecord> record(ReferenceKey key, Facts facts) {
        String hex = ListedId.parse(key.referenceId()).orElseThrow().hash();
        return HashEntry.of(key.modelFingerprint(), hex, hex, HashFeed.FeedEntry.UNLABELLED)
                .map(hash -> new HeldRecord(
                        key.modelFingerprint().intern(), HexFormat.of().parseHex(hex), facts));
    }

    /** A record that an entry of the list is to have. */
    HeldRecord record(ListedHash hash, Facts facts) {
        return record(HashEntry.key(bank, hash, list), share(facts)).orElseThrow();
    }

    /** The key of an entry's record. */
    ReferenceKey key(String entry, HeldRecord record) {
        return new ReferenceKey(bank, record.kind(), new ListedId(record.hex(), list, entry).toString());
    }

    /** Of an entry; none where the list has no such entry. */
    List<HeldRecord> of(String entry) {
        return List.of(byEntry.getOrDefault(entry, HeldRecord.NONE));
    }

    /** Puts records in the place of the ones that an entry had. */
    void set(String entry, List<HeldRecord> records) {
        if (records.isEmpty()) {
            byEntry.remove(entry);
        } else {
            byEntry.put(entry, records.toArray(HeldRecord.NONE));
        }
    }

    /** The ids of all entries; stays as it is when entries change. */
    Set<String> entries() {
        return new HashSet<>(byEntry.keySet());
    }

    int size() {
        return byEntry.size();
    }

    /** How many entries decide nothing any more. */
    long expired(Instant now) {
        return byEntry.values().stream()
                .filter(records -> Arrays.stream(records)
                        .allMatch(record -> record.facts().expiresAt() != null
                                && !record.facts().expiresAt().isAfter(now)))
                .count();
    }

    /** Whether one of them is of a list about adults. */
    boolean hasAdults() {
        return byEntry.values().stream()
                .anyMatch(records ->
                        Arrays.stream(records).anyMatch(record -> record.facts().adult()));
    }

    private Facts share(Facts facts) {
        if (shared.size() > MOST_SHARED) {
            shared.clear();
        }
        return facts == null ? null : shared.computeIfAbsent(facts, same -> same);
    }

    /**
     * One record.
     *
     * @param kind of hash, as in its key
     * @param hash its bytes; not modified
     */
    record HeldRecord(String kind, byte[] hash, Facts facts) {

        private static final HeldRecord[] NONE = {};

        String hex() {
            return HexFormat.of().formatHex(hash);
        }

        boolean isOfSameHash(HeldRecord other) {
            return kind.equals(other.kind) && Arrays.equals(hash, other.hash);
        }
    }

    /** What a record says beside its hash; nulls as in the record. */
    record Facts(
            String label, String severity, boolean verified, boolean adult, Instant expiresAt, Instant disabledUntil) {

        static Facts of(Reference reference) {
            Listing listing = Objects.requireNonNull(reference.getListing());
            return new Facts(
                    reference.getLabel(),
                    listing.getSeverity(),
                    listing.getVerified(),
                    listing.getAdult(),
                    listing.getExpiresAt(),
                    reference.getDisabledUntil());
        }
    }
}
