package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.Bank.HashMatch;
import io.bulwark.perception.bank.Bank.HashMatch.Kind;
import io.bulwark.perception.bank.BankContents.StoredReference;
import io.bulwark.perception.bank.KnownHashes.SourceFiles;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.ListedHash.ListSource;
import io.bulwark.perception.hash.ListedHash.ListedDigest;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import io.bulwark.perception.hash.Sha256;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class KnownHashesTest {

    private static final Sha256 FILE = Sha256.parse("ab".repeat(32));
    private static final PdqHash PICTURE = PdqHash.parse("0f".repeat(32));

    @Test
    void aFileIsKnownByTheReferenceThatWasMadeFromIt() {
        SourceFiles files = new SourceFiles();
        files.add(new StoredReference(
                new LabelledEmbedding("r-1", "weapons", new float[] {1}, Optional.of(FILE)), "weapons"));
        KnownHashes known = new KnownHashes(files.seen(), Map.of());

        assertThat(known.find(ContentHashes.of(FILE)))
                .containsExactly(new HashMatch("r-1", "weapons", Kind.SHA256, false));
        assertThat(known.find(ContentHashes.of(Sha256.parse("cd".repeat(32))))).isEmpty();
        assertThat(known.find(ContentHashes.NONE)).isEmpty();
        assertThat(known.hasPictures()).isFalse();
    }

    @Test
    void ofOneFileUnderSeveralLabelsNoneHidesAnother() {
        KnownHashes known = listed(new ListedFile(FILE, "a", "safe"), new ListedFile(FILE, "b", "weapons"));

        assertThat(known.find(ContentHashes.of(FILE)))
                .extracting(HashMatch::label)
                .containsExactly("safe", "weapons");
    }

    @Test
    void aPictureIsKnownByANearHashAndTheNearestCounts() {
        KnownHashes known = listed(
                new ListedPicture(turned(PICTURE, 8), OptionalInt.empty(), "far", "weapons"),
                new ListedPicture(turned(PICTURE, 3), OptionalInt.empty(), "near", "safe"));

        assertThat(known.hasPictures()).isTrue();
        assertThat(known.find(seen(PICTURE, 90))).containsExactly(new HashMatch("near", "safe", Kind.PDQ, true));
        assertThat(known.find(seen(turned(PICTURE, 60), 90))).isEmpty();
        assertThat(known.find(seen(PICTURE, 10))).as("a hash of little quality").isEmpty();
    }

    @Test
    void eachFrameIsKnownByItsOwnNearest() {
        PdqHash other = PdqHash.parse("00ff".repeat(16));
        KnownHashes known = listed(
                new ListedPicture(PICTURE, OptionalInt.empty(), "harmless", "safe"),
                new ListedPicture(turned(other, 4), OptionalInt.empty(), "listed", "weapons"));

        ContentHashes animation = new ContentHashes(
                Optional.empty(),
                List.of(
                        seen(PICTURE, 90).pictures().get(0),
                        seen(other, 90).pictures().get(0)));

        assertThat(known.find(animation))
                .as("a frame that is nearer to something harmless hides no other frame")
                .extracting(HashMatch::referenceId)
                .containsExactly("harmless", "listed");
    }

    @Test
    void aFileIsKnownByItsMd5AndItsSha1AndNamesItsList() {
        byte[] file = {1, 2, 3};
        FileDigest md5 = FileDigest.of(FileDigest.Kind.MD5, file);
        FileDigest sha1 = FileDigest.of(FileDigest.Kind.SHA1, file);
        Optional<ListSource> source = Optional.of(new ListSource("example", Optional.of("A1"), true, false));
        KnownHashes known = listed(
                new ListedDigest(md5, "by-md5", "weapons", source),
                new ListedDigest(FileDigest.of(FileDigest.Kind.MD5, new byte[] {9}), "other", "weapons"),
                new ListedDigest(sha1, "by-sha1", "weapons"));

        assertThat(known.hasDigests()).isTrue();
        assertThat(known.find(new ContentHashes(Optional.empty(), List.of(md5, sha1), List.of())))
                .containsExactly(
                        new HashMatch("by-md5", "weapons", HashMatch.Kind.MD5, true, source),
                        new HashMatch("by-sha1", "weapons", HashMatch.Kind.SHA1, true));
        assertThat(known.find(new ContentHashes(
                        Optional.empty(), List.of(FileDigest.of(FileDigest.Kind.MD5, new byte[] {8})), List.of())))
                .isEmpty();
        assertThat(md5.hex()).isEqualTo("5289df737df57326fcdd22597afb1fac");
        assertThat(sha1.hex()).isEqualTo("7037807198c22a7d2b0807371d763779a84fdfcf");
    }

    @Test
    void ofOneHashAVerifiedListIsNamedFirst() {
        ListSource own = new ListSource("own", Optional.empty(), false, false);
        ListSource checked = new ListSource("checked", Optional.empty(), true, false);
        KnownHashes known = listed(
                new ListedFile(FILE, "a", "weapons", Optional.of(own)),
                new ListedFile(FILE, "z", "weapons", Optional.of(checked)));

        assertThat(known.find(ContentHashes.of(FILE)))
                .singleElement()
                .returns("z", HashMatch::referenceId)
                .returns(Optional.of(checked), HashMatch::source);
    }

    @Test
    void theVersionIsThatOfTheContent() {
        ListedHash file = new ListedFile(FILE, "a", "weapons");

        assertThat(version(file)).isEqualTo(version(file)).isNotEqualTo(version());
        assertThat(version(file)).isNotEqualTo(version(new ListedFile(FILE, "a", "other")));
        assertThat(version(file))
                .isNotEqualTo(version(new ListedFile(
                        FILE, "a", "weapons", Optional.of(new ListSource("example", Optional.empty(), true, false)))));
    }

    private static String version(ListedHash... entries) {
        return ListedEntries.of(List.of(entries)).version();
    }

    private static KnownHashes listed(ListedHash... entries) {
        return new KnownHashes(
                new SourceFiles().seen(), ListedEntries.of(List.of(entries)).byLabel());
    }

    private static ContentHashes seen(PdqHash hash, int quality) {
        Map<Pose, PdqHash> poses = new EnumMap<>(Pose.class);
        for (Pose pose : Pose.values()) {
            poses.put(pose, hash);
        }
        return new ContentHashes(Optional.empty(), List.of(new PdqVariants(poses, quality)));
    }

    /** The hash with that many of its bits turned. */
    private static PdqHash turned(PdqHash hash, int bits) {
        return new PdqHash(hash.first() ^ ((1L << bits) - 1), hash.second(), hash.third(), hash.fourth());
    }
}
