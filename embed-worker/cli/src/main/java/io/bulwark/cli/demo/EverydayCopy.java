package io.bulwark.cli.demo;

import io.bulwark.cli.demo.SampleAttacker.Sample;
import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.VerdictLine;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.perception.hash.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A sample after something that anybody with a phone can do.
 *
 * @param sample what it was made of
 * @param edit what was done
 * @param file what is uploaded
 */
record EverydayCopy(Sample sample, Edit edit, byte[] file) {

    /** What people do most; each hides a picture from an encoder that was never told of it. */
    private static final List<Edit> SHOWN = List.of(Edit.FRAME, Edit.TEXT, Edit.COLLAGE);

    /**
     * Three copies of the first flagged sample; none where no sample is flagged or too few are safe for a collage.
     *
     * @throws CommandFailure if a sample cannot be read
     */
    static List<EverydayCopy> of(List<Sample> samples) {
        ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        List<UprightPicture> safe = samples.stream()
                .filter(sample -> !sample.isFlagged())
                .limit(Surroundings.FEWEST_OTHERS)
                .flatMap(sample -> Edit.start(read(sample.file()), decoder).stream())
                .toList();
        return samples.stream()
                .filter(Sample::isFlagged)
                .findFirst()
                .filter(flagged -> safe.size() == Surroundings.FEWEST_OTHERS)
                .map(flagged -> Edit.start(read(flagged.file()), decoder)
                        .map(picture -> copies(flagged, picture, safe))
                        .orElse(List.of()))
                .orElse(List.of());
    }

    private static List<EverydayCopy> copies(Sample sample, UprightPicture picture, List<UprightPicture> others) {
        Surroundings around = Surroundings.of(Sha256.digest(read(sample.file())).hex(), others);
        return SHOWN.stream()
                .map(edit -> new EverydayCopy(sample, edit, edit.upload(picture, around)))
                .toList();
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw CommandFailure.failed("the sample " + file + " cannot be read: " + unreadable, unreadable);
        }
    }

    /** As it is printed. */
    String name() {
        return sample.name() + ", " + edit.title();
    }

    String text(Verdict verdict) {
        return String.format(
                Locale.ROOT,
                "everyday copy: %-64s got %s score %.3f  %s%s",
                name(),
                VerdictLine.decision(verdict),
                verdict.getScore(),
                VerdictLine.nearest(verdict).map(VerdictLine::nearest).orElse("nothing near"),
                verdict.getReason() == null ? "" : "  " + verdict.getReason());
    }

    Map<String, Object> fields(Verdict verdict) {
        Map<String, Object> fields = new LinkedHashMap<>(VerdictLine.fields(sample.name(), verdict));
        fields.put("everydayCopy", edit.toString());
        return fields;
    }
}
