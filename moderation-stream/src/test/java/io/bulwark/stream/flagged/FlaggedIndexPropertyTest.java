package io.bulwark.stream.flagged;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.flagged.EntryMerger.FlaggedEntry;
import io.bulwark.stream.flagged.EntryMerger.HalfRow;
import io.bulwark.stream.flagged.FlaggedChange.Exemption;
import io.bulwark.stream.flagged.FlaggedChange.FlaggedMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Entries depend on what is in the index, not on the order in which it came nor on what has been there. */
class FlaggedIndexPropertyTest {

    private static final FlaggedProcessor.Settings WIDE =
            new FlaggedProcessor.Settings(true, Duration.ofDays(30), 10_000, 10_000, Duration.ofDays(7));

    @Property(tries = 300)
    void anyOrderGivesTheEntriesOfThePlainLoop(@ForAll("contents") List<FlaggedMember> contents, @ForAll long seed) {
        var shuffled = new ArrayList<>(contents);
        Collections.shuffle(shuffled, new Random(seed));
        var index = new FlaggedIndex(WIDE);
        shuffled.forEach(index::flag);

        assertThat(index.entries()).isEqualTo(plain(contents));
    }

    @Property(tries = 300)
    void whatWasTakenAwayLeavesNothingBehind(@ForAll("contents") List<FlaggedMember> contents, @ForAll long seed) {
        var random = new Random(seed);
        var index = new FlaggedIndex(WIDE);
        contents.forEach(index::flag);
        var left = new ArrayList<>(contents);
        while (left.size() > contents.size() / 2) {
            FlaggedMember gone = left.remove(random.nextInt(left.size()));
            if (random.nextBoolean()) {
                index.unflag(gone.imageId(), gone.contentSha256());
            } else {
                index.forget(gone.imageId());
            }
        }

        assertThat(index.entries()).isEqualTo(plain(left));
    }

    /** What is published, change by change, adds up to what is there. */
    @Property(tries = 300)
    void theChangesAddUpToTheEntriesAndToTheContents(
            @ForAll("contents") List<FlaggedMember> contents, @ForAll long seed) {
        var random = new Random(seed);
        var index =
                new FlaggedIndex(new FlaggedProcessor.Settings(true, Duration.ofDays(30), 12, 4, Duration.ofDays(7)));
        Map<String, FlaggedEntry> published = new TreeMap<>();
        Map<String, FlaggedMember> stored = new HashMap<>();
        for (FlaggedMember content : contents) {
            if (random.nextInt(4) == 0) {
                FlaggedMember other = contents.get(random.nextInt(contents.size()));
                index.safe(new FlaggedChange.Safe(
                        new Exemption("acme", other.imageId(), other.contentSha256(), other.since(), true),
                        List.of(),
                        other.modelFingerprint(),
                        other.embedding(),
                        0.1));
            }
            index.flag(content);
            FlaggedIndex.Changes changes = index.drain();
            changes.entries().forEach((id, entry) -> put(published, id, entry));
            changes.members().forEach((id, member) -> put(stored, id, member));
        }

        assertThat(published).isEqualTo(index.entries());
        assertThat(plain(List.copyOf(stored.values()))).isEqualTo(index.entries());
        assertThat(stored).hasSizeLessThanOrEqualTo(12);
    }

    private static <V> void put(Map<String, V> map, String id, Optional<V> value) {
        value.ifPresentOrElse(present -> map.put(id, present), () -> map.remove(id));
    }

    /** From the oldest to the newest: to the nearest centre within reach, or a centre itself. */
    private static Map<String, FlaggedEntry> plain(List<FlaggedMember> contents) {
        var centres = new ArrayList<List<FlaggedMember>>();
        contents.stream().sorted(FlaggedMember.OLDER).forEach(content -> {
            List<FlaggedMember> nearest = null;
            for (List<FlaggedMember> entry : centres) {
                double angle = angle(entry.get(0), content);
                if (angle <= EntryMerger.WIDEST && (nearest == null || angle < angle(nearest.get(0), content))) {
                    nearest = entry;
                }
            }
            if (nearest == null) {
                centres.add(new ArrayList<>(List.of(content)));
            } else {
                nearest.add(content);
            }
        });
        var entries = new TreeMap<String, FlaggedEntry>();
        centres.forEach(entry -> entries.put(
                entry.get(0).id(),
                new FlaggedEntry(
                        entry.get(0),
                        entry.stream()
                                .skip(1)
                                .mapToDouble(each -> angle(entry.get(0), each))
                                .max()
                                .orElse(0),
                        entry.stream().anyMatch(FlaggedMember::confirmed),
                        entry.size(),
                        entry.get(entry.size() - 1).since())));
        return entries;
    }

    private static double angle(FlaggedMember one, FlaggedMember other) {
        return HalfRow.angle(
                HalfRow.decode(one.embedding()).orElseThrow(),
                HalfRow.decode(other.embedding()).orElseThrow());
    }

    @Provide
    Arbitrary<List<FlaggedMember>> contents() {
        Arbitrary<FlaggedMember> content = Combinators.combine(
                        Arbitraries.integers().between(0, 200),
                        Arbitraries.integers().between(0, 300),
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of(true, false, false, false))
                .as((image, hundredths, second, uploader, confirmed) ->
                        Contents.content("i" + image, "u" + uploader, hundredths / 300.0, second, confirmed));
        return content.list().ofMaxSize(30).uniqueElements(FlaggedMember::id);
    }
}
