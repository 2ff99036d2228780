package io.bulwark.perception.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants.PdqFingerprint;
import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.perception.hash.HashList.ListVersion;
import io.bulwark.perception.hash.HashList.MatchRule;
import io.bulwark.perception.hash.HashList.PictureMatch;
import io.bulwark.perception.hash.ListedHash.ListSource;
import io.bulwark.perception.hash.ListedHash.ListedDigest;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashListTest {

    private static final PdqHash ORIGIN = new PdqHash(0x5555555555555555L, -1, 0, 77);
    private static final MatchRule RULE = MatchRule.recommended();

    @Test
    void aFileIsFoundByItsDigest() {
        ListedFile known = file("a", 7);
        HashList list = HashList.of(List.of(file("b", 3), known, file("c", 9)));

        assertThat(list.find(known.hash())).contains(known);
        assertThat(list.find(new Sha256(8, 0, 0, 0))).isEmpty();
        assertThat(list.find(new Sha256(-1, 0, 0, 0))).isEmpty();
        assertThat(list.fileCount()).isEqualTo(3);
        assertThat(list.pictureCount()).isZero();
    }

    @Test
    void ofSeveralEntriesOfOneFileThatWithTheLowestIdIsFound() {
        HashList list = HashList.of(List.of(file("z", 7), file("b", 7), file("y", 7), file("a", 6)));

        assertThat(list.find(new Sha256(7, 0, 0, 0))).contains(file("b", 7));
    }

    @Test
    void theNearestPictureIsFound() {
        HashList list = HashList.of(List.of(picture("a", 9), picture("b", 4), picture("c", 12)));

        assertThat(list.nearest(seen(ORIGIN, 50), RULE)).contains(new PictureMatch(picture("b", 4), 4, Pose.UPRIGHT));
    }

    @Test
    void atEqualDistanceTheLowerIdIsFound() {
        HashList list = HashList.of(List.of(picture("c", 4), picture("b", 4), picture("d", 4)));

        assertThat(list.nearest(seen(ORIGIN, 50), RULE)).contains(new PictureMatch(picture("b", 4), 4, Pose.UPRIGHT));
    }

    @Test
    void whatIsFurtherThanTheRuleAllowsIsNotFound() {
        HashList list = HashList.of(List.of(picture("a", 32)));

        assertThat(list.nearest(seen(ORIGIN, 100), RULE)).isEmpty();
        assertThat(list.nearest(seen(ORIGIN, 100), new MatchRule(32, 50))).isPresent();
        assertThat(list.nearest(seen(ORIGIN, 100), new MatchRule(0, 50))).isEmpty();
        assertThat(list.nearest(seen(picture("a", 32).hash(), 100), new MatchRule(0, 50)))
                .isPresent();
    }

    @Test
    void nothingOfLowQualityMatches() {
        ListedPicture poor = new ListedPicture(ORIGIN, OptionalInt.of(49), "a", "x");
        ListedPicture good = new ListedPicture(distant(3), OptionalInt.of(50), "b", "x");
        HashList list = HashList.of(List.of(poor, good));

        assertThat(list.nearest(seen(ORIGIN, 49), RULE)).isEmpty();
        assertThat(list.nearest(seen(ORIGIN, 50), RULE)).contains(new PictureMatch(good, 3, Pose.UPRIGHT));
        assertThat(list.nearest(seen(ORIGIN, 49), new MatchRule(31, 0)))
                .contains(new PictureMatch(poor, 0, Pose.UPRIGHT));
    }

    @Test
    void aTurnedCopyIsFoundAndItsPoseNamed() {
        HashList list = HashList.of(List.of(picture("a", 20), picture("b", 2)));
        Map<Pose, PdqHash> hashes = strangers();
        hashes.put(Pose.UPRIGHT, distant(30));
        hashes.put(Pose.MIRRORED, distant(3));
        hashes.put(Pose.TURNED_90, distant(2));

        assertThat(list.nearest(new PdqVariants(hashes, 80), RULE))
                .contains(new PictureMatch(picture("b", 2), 0, Pose.TURNED_90));
    }

    @Test
    void atEqualDistanceTheLowerIdCountsBeforeThePose() {
        HashList list = HashList.of(List.of(picture("a", 10), picture("b", 20)));
        Map<Pose, PdqHash> hashes = strangers();
        hashes.put(Pose.UPRIGHT, distant(20));
        hashes.put(Pose.FLIPPED, distant(10));
        hashes.put(Pose.TURNED_270, distant(10));

        assertThat(list.nearest(new PdqVariants(hashes, 80), RULE))
                .contains(new PictureMatch(picture("a", 10), 0, Pose.FLIPPED));
    }

    @Property(tries = 300)
    void findsWhatAPlainSearchFinds(@ForAll long seed, @ForAll @IntRange(min = 0, max = 60) int limit) {
        Random random = new Random(seed);
        List<ListedPicture> entries = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            OptionalInt quality = random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(101));
            entries.add(new ListedPicture(near(random), quality, "id-" + random.nextInt(30), "x"));
        }
        Map<Pose, PdqHash> hashes = new EnumMap<>(Pose.class);
        for (Pose pose : Pose.values()) {
            hashes.put(pose, near(random));
        }
        MatchRule rule = new MatchRule(limit, 50);
        Optional<PictureMatch> expected = entries.stream()
                .filter(entry -> entry.quality().orElse(100) >= 50)
                .flatMap(entry -> hashes.entrySet().stream()
                        .map(hash -> new PictureMatch(entry, entry.hash().distance(hash.getValue()), hash.getKey())))
                .filter(match -> match.distance() <= limit)
                .min(Comparator.comparing(PictureMatch::distance)
                        .thenComparing(PictureMatch::entry, ListedPicture.BY_ID)
                        .thenComparing(PictureMatch::pose));

        assertThat(HashList.of(entries).nearest(new PdqVariants(hashes, 90), rule))
                .isEqualTo(expected);
    }

    @Test
    void isASetWhoseOrderDoesNotMatter() {
        List<ListedHash> entries = new ArrayList<>(List.of(
                picture("a", 9),
                picture("b", 4),
                file("c", 7),
                file("d", 7),
                new ListedPicture(ORIGIN, OptionalInt.of(0), "e", "x")));
        HashList list = HashList.of(entries);
        entries.addAll(List.copyOf(entries));
        Collections.reverse(entries);
        HashList again = HashList.of(entries);

        assertThat(again.fileCount()).isEqualTo(2);
        assertThat(again.pictureCount()).isEqualTo(3);
        assertThat(entries).allMatch(again::has).allMatch(list::has);
        assertThat(version(entries)).isEqualTo(version(new HashSet<>(entries))).matches("[0-9a-f]{64}");
    }

    /** Verdicts name the list, and pods have one bank although its records reached them in other orders. */
    @Test
    void ofEntriesThatDifferInTheirListAloneTheSameIsFoundInEachOrder() {
        List<Optional<ListSource>> sources = new ArrayList<>(List.of(
                Optional.empty(),
                Optional.of(new ListSource("a", Optional.empty(), false, false)),
                Optional.of(new ListSource("a", Optional.empty(), false, true)),
                Optional.of(new ListSource("a", Optional.of("A1"), false, false)),
                Optional.of(new ListSource("a", Optional.of("A2"), false, false)),
                Optional.of(new ListSource("b", Optional.empty(), false, false))));
        Sha256 sha256 = new Sha256(7, 0, 0, 0);
        FileDigest md5 = FileDigest.of(FileDigest.Kind.MD5, new byte[] {7});
        Set<List<Object>> found = new HashSet<>();
        for (int order = 0; order < sources.size(); order++) {
            List<ListedHash> entries = new ArrayList<>();
            for (Optional<ListSource> source : sources) {
                entries.add(new ListedFile(sha256, "id", "x", source));
                entries.add(new ListedDigest(md5, "id", "x", source));
                entries.add(new ListedPicture(ORIGIN, OptionalInt.empty(), "id", "x", source));
            }
            int atFirst = entries.size() / 2;
            HashList list = HashList.of(entries.subList(0, atFirst))
                    .changed(List.of(), entries.subList(atFirst, entries.size()));
            found.add(List.of(list.find(sha256), list.find(md5), list.nearest(seen(ORIGIN, 50), RULE)));
            Collections.rotate(sources, 1);
        }

        assertThat(found).hasSize(1);
    }

    @Test
    void eachPartOfAnEntryChangesTheVersion() {
        ListedPicture entry = new ListedPicture(ORIGIN, OptionalInt.of(60), "a", "x");
        List<List<ListedHash>> lists = List.of(
                List.of(),
                List.of(entry),
                List.of(new ListedPicture(distant(1), entry.quality(), "a", "x")),
                List.of(new ListedPicture(ORIGIN, OptionalInt.empty(), "a", "x")),
                List.of(new ListedPicture(ORIGIN, entry.quality(), "b", "x")),
                List.of(new ListedPicture(ORIGIN, entry.quality(), "a", "y")),
                List.of(new ListedFile(Sha256.of(ORIGIN.words()), "a", "x")));

        assertThat(lists).extracting(HashListTest::version).doesNotHaveDuplicates();
    }

    /** Whatever came and went before, it finds what a list finds that was made at once, and has the same version. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aListThatChangedAgainAndAgainIsAsOneMadeAtOnce(long seed) {
        var random = new SplittableRandom(seed);
        Set<ListedHash> expected = new HashSet<>();
        HashList list = HashList.of(List.of());
        ListVersion version = new ListVersion();
        for (int round = 0; round < 60; round++) {
            Set<ListedHash> gone = new HashSet<>();
            Set<ListedHash> come = new HashSet<>();
            for (int i = random.nextInt(round % 10 == 9 ? 1500 : 40); i > 0; i--) {
                ListedHash entry = entry(random);
                if (expected.contains(entry) && !come.contains(entry)) {
                    gone.add(entry);
                } else if (!gone.contains(entry)) {
                    come.add(entry);
                }
            }
            come.removeAll(expected);
            gone.forEach(version::remove);
            come.forEach(version::add);
            expected.removeAll(gone);
            expected.addAll(come);
            list = list.changed(gone, come);

            HashList atOnce = HashList.of(expected);
            assertThat(version.hex()).isEqualTo(version(expected));
            assertThat(List.of(list.fileCount(), list.digestCount(), list.pictureCount()))
                    .isEqualTo(List.of(atOnce.fileCount(), atOnce.digestCount(), atOnce.pictureCount()));
            for (int asked = 0; asked < 200; asked++) {
                ListedHash entry = entry(random);
                assertThat(list.has(entry)).isEqualTo(expected.contains(entry));
                if (entry instanceof ListedFile file) {
                    assertThat(list.find(file.hash())).isEqualTo(atOnce.find(file.hash()));
                } else if (entry instanceof ListedDigest digest) {
                    assertThat(list.find(digest.hash())).isEqualTo(atOnce.find(digest.hash()));
                } else if (entry instanceof ListedPicture picture) {
                    var rule = new MatchRule(random.nextInt(60), 50);
                    assertThat(list.nearest(seen(picture.hash(), 100), rule))
                            .isEqualTo(atOnce.nearest(seen(picture.hash(), 100), rule));
                }
            }
        }
    }

    /** Few hashes and ids, so that entries come again and share hashes. */
    private static ListedHash entry(SplittableRandom random) {
        String id = "id" + random.nextInt(3);
        String label = "label" + random.nextInt(2);
        var source = random.nextInt(4) == 0 ? Optional.<ListSource>empty() : Optional.of(source(random));
        long hash = random.nextInt(150);
        return switch (random.nextInt(3)) {
            case 0 -> new ListedFile(new Sha256(hash, 0, 0, 0), id, label, source);
            case 1 ->
                new ListedDigest(
                        FileDigest.of(FileDigest.Kind.values()[random.nextInt(2)], new byte[] {(byte) hash}),
                        id,
                        label,
                        source);
            default ->
                new ListedPicture(
                        distant((int) hash),
                        random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(40),
                        id,
                        label,
                        source);
        };
    }

    private static ListSource source(SplittableRandom random) {
        return new ListSource(
                "list" + random.nextInt(2),
                random.nextBoolean() ? Optional.empty() : Optional.of("A" + random.nextInt(2)),
                random.nextBoolean(),
                random.nextBoolean());
    }

    private static String version(Collection<ListedHash> entries) {
        ListVersion version = new ListVersion();
        Set.copyOf(entries).forEach(version::add);
        return version.hex();
    }

    @Test
    void whatASetDoesNotHaveCannotBeTakenFromItsVersion() {
        assertThatThrownBy(() -> new ListVersion().remove(file("a", 1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEmptyListFindsNothing() {
        HashList list = HashList.of(List.of());

        assertThat(list.find(new Sha256(0, 0, 0, 0))).isEmpty();
        assertThat(list.nearest(seen(ORIGIN, 100), new MatchRule(256, 0))).isEmpty();
    }

    @Test
    void entriesAndRulesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new MatchRule(257, 50))
                .hasMessageContaining("257")
                .hasMessageContaining("0 to 256");
        assertThatThrownBy(() -> new MatchRule(31, 101))
                .hasMessageContaining("101")
                .hasMessageContaining("0 to 100");
        assertThatThrownBy(() -> new ListedFile(new Sha256(0, 0, 0, 0), " ", "x"))
                .hasMessageContaining("id");
        assertThatThrownBy(() -> new ListedFile(new Sha256(0, 0, 0, 0), "a", ""))
                .hasMessageContaining("label");
        assertThatThrownBy(() -> new ListedPicture(ORIGIN, OptionalInt.of(-1), "a", "x"))
                .hasMessageContaining("0 to 100");
        assertThatThrownBy(() -> new PdqVariants(Map.of(Pose.UPRIGHT, ORIGIN), 50))
                .hasMessageContaining("one a pose");
    }

    private static ListedFile file(String id, long hash) {
        return new ListedFile(new Sha256(hash, 0, 0, 0), id, "x");
    }

    private static ListedPicture picture(String id, int distance) {
        return new ListedPicture(distant(distance), OptionalInt.empty(), id, "x");
    }

    private static PdqFingerprint seen(PdqHash hash, int quality) {
        return new PdqFingerprint(hash, quality);
    }

    /** A hash at a distance of up to 64 from {@link #ORIGIN}; two of them are as far apart as their distances. */
    private static PdqHash distant(int distance) {
        return new PdqHash(ORIGIN.first(), ORIGIN.second(), (1L << distance) - 1, ORIGIN.fourth());
    }

    private static Map<Pose, PdqHash> strangers() {
        Random random = new Random(1);
        Map<Pose, PdqHash> hashes = new EnumMap<>(Pose.class);
        for (Pose pose : Pose.values()) {
            hashes.put(pose, new PdqHash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
        }
        return hashes;
    }

    private static PdqHash near(Random random) {
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            bits |= 1L << random.nextInt(64);
        }
        return new PdqHash(bits, ORIGIN.second() ^ 1L << random.nextInt(64), bits, ORIGIN.fourth());
    }
}
