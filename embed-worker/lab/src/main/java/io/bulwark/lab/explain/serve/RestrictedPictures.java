package io.bulwark.lab.explain.serve;

import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.HashEntry;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.pdq.PdqHasher;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.HashList;
import io.bulwark.perception.hash.HashList.MatchRule;
import io.bulwark.perception.hash.Sha256;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;

/** What lists of restricted labels have: such a picture is explained to no one. Immutable; any thread. */
final class RestrictedPictures {

    static final RestrictedPictures NONE = new RestrictedPictures(HashList.of(Set.of()));

    private final HashList list;

    private RestrictedPictures(HashList list) {
        this.list = list;
    }

    /** Those of a bank. */
    static RestrictedPictures of(BankTopic.Content content, String bank, Set<String> labels, Instant now) {
        return new RestrictedPictures(HashList.of(content.of(bank).stream()
                .filter(stored -> labels.contains(stored.value().getLabel()))
                .filter(stored -> HashEntry.is(stored.key()) && !stored.isDisabledAt(now))
                .flatMap(stored -> HashEntry.of(stored).stream())
                .toList()));
    }

    /** Whether a file, or the picture in it, is on one of the lists. */
    boolean have(byte[] file) {
        return list.find(Sha256.digest(file)).isPresent()
                || Stream.of(FileDigest.Kind.values())
                        .anyMatch(kind -> list.find(FileDigest.of(kind, file)).isPresent())
                || list.pictureCount() > 0 && looksLikeOne(file);
    }

    private boolean looksLikeOne(byte[] file) {
        return new StandardImageDecoder(DecodeLimits.standard())
                .withDecoded(
                        file,
                        result -> result instanceof DecodeResult.Decoded decoded
                                && decoded.frames().stream()
                                        .anyMatch(frame -> list.nearest(
                                                        PdqHasher.variants(frame), MatchRule.recommended())
                                                .isPresent()));
    }
}
