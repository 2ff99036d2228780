package io.bulwark.lab.evaluate;

import io.bulwark.lab.options.ApgdOptions;
import io.bulwark.lab.options.Threats;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.robustness.attack.ThreatModel;
import io.bulwark.robustness.attack.gradient.Apgd;
import io.bulwark.robustness.attack.upload.UploadFormat;
import io.bulwark.robustness.evaluate.ResizedPixels;
import io.bulwark.robustness.evaluate.Track;
import io.bulwark.robustness.evaluate.UploadedFile;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the attackers of an evaluation may do: {@code @Mixin AttackOptions attack}. */
final class AttackOptions {

    @Option(
            names = "--threats",
            paramLabel = "NORM:EPSILON",
            split = ",",
            defaultValue = "linf:1/255,linf:2/255,linf:4/255",
            description = "Threat models, of l2 and linf, values in [0, 1]; 'none' leaves the attacks out.")
    private List<String> threats;

    @Mixin
    private ApgdOptions apgd;

    @Option(
            names = "--track",
            paramLabel = "T",
            description = "What the attacker sets: 'pixels' after resize (the paper's), or an uploaded file, 'png' "
                    + "or 'jpeg:90'.")
    private String track = "pixels";

    /** What the attacker sets. */
    Track track() {
        if (track.equals("pixels")) {
            return new ResizedPixels();
        }
        try {
            return new UploadedFile(UploadFormat.named(track));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--track is neither 'pixels' nor a format: " + e.getMessage());
        }
    }

    /** In the order given. */
    List<ThreatModel> threats() {
        return threats.equals(List.of("none"))
                ? List.of()
                : threats.stream().map(text -> Threats.named("--threats", text)).toList();
    }

    Apgd attack() {
        return apgd.attack();
    }

    long seed() {
        return apgd.seed();
    }
}
