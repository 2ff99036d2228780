package io.bulwark.imaging.parity;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.parity.Chromium.Shown;
import io.bulwark.imaging.parity.Closeness.Difference;
import io.bulwark.imaging.preprocess.UprightPicture.SeenPicture;
import java.util.List;
import java.util.Optional;

/**
 * One file as Chromium shows it beside what we decode.
 *
 * @param file what was opened
 * @param theirs what Chromium shows
 * @param ours what we decode
 */
record Comparison(ParityFile file, Shown theirs, DecodeResult ours) {

    /** What is wrong, if anything is. */
    Optional<String> fault() {
        return switch (file.expected()) {
            case SAME_PICTURE -> otherPicture();
            case REFUSED ->
                ours instanceof Refused && theirs instanceof Shown.Frames
                        ? Optional.empty()
                        : Optional.of("is to be shown by Chromium and refused by us");
            case NOT_SHOWN -> isBlank(theirs) ? Optional.empty() : Optional.of("is not to be shown by Chromium");
        };
    }

    /** Where a decoder fails behind the header, an {@code <img>} has a size and no pixel. */
    private static boolean isBlank(Shown shown) {
        return !(shown instanceof Shown.Frames frames)
                || frames.frames().stream().allMatch(Painted::isBlank);
    }

    private Optional<String> otherPicture() {
        if (!(theirs instanceof Shown.Frames shown) || !(ours instanceof Decoded decoded)) {
            return Optional.of("is to be the same picture");
        }
        List<Painted> frames = shown.frames();
        if (file.animated() && decoded.totalFrames() != file.besides() + frames.size()) {
            return Optional.of("is to have as many frames");
        }
        // An <img> stands at its first frame.
        for (int i = 0; i < (file.animated() ? decoded.frames().size() : 1); i++) {
            int number = decoded.frameNumbers().get(i) - file.besides();
            if (number < 0) {
                continue;
            }
            Painted seen = Painted.of(SeenPicture.of(decoded.frames().get(i)));
            Optional<String> other = otherFrame(seen, frames.get(number));
            if (other.isPresent()) {
                return Optional.of("frame " + number + " " + other.get());
            }
        }
        return Optional.empty();
    }

    private Optional<String> otherFrame(Painted seen, Painted shown) {
        if (seen.width() != shown.width() || seen.height() != shown.height()) {
            return Optional.of("is to have the same size");
        }
        Difference white = Difference.of(seen.white(), shown.white());
        Difference black = Difference.of(seen.black(), shown.black());
        return file.closeness().holds(white) && file.closeness().holds(black)
                ? Optional.empty()
                : Optional.of("is to be the same, %s; over white %s; over black %s"
                        .formatted(file.closeness(), white, black));
    }

    /** Both sides in short. */
    @Override
    public String toString() {
        return "Chromium: " + of(theirs) + "; we: " + of(ours);
    }

    private static String of(Shown shown) {
        if (shown instanceof Shown.Frames frames) {
            return of(frames.frames().size(), frames.frames().get(0));
        }
        return "nothing (" + ((Shown.Nothing) shown).error() + ")";
    }

    private static String of(DecodeResult result) {
        if (result instanceof Decoded decoded) {
            return of(
                    decoded.totalFrames(),
                    Painted.of(SeenPicture.of(decoded.frames().get(0))));
        }
        Refused refused = (Refused) result;
        return refused.refusal() + " (" + refused.detail() + ")";
    }

    private static String of(int frames, Painted first) {
        return "%d x %dx%d, in the middle %s".formatted(frames, first.width(), first.height(), first.middle());
    }
}
