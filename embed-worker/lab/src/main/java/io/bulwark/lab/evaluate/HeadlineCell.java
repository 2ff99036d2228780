package io.bulwark.lab.evaluate;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import java.util.List;

/** Groups of the headline table's rows, the most important first. */
enum HeadlineCell {
    /** kNN accuracy in l∞. */
    KNN("kNN accuracy", new ResizedPixels(), "linf:1/255,linf:2/255,linf:4/255"),
    /** Whether the clean encoder's head still gives the class that it gave the clean encoder's embedding. */
    HEAD("clean encoder's head: same top class", new ResizedPixels(), "linf:4/255"),
    /** kNN accuracy in l2: the same questions as {@link #KNN} and the same ledger. */
    KNN_L2("kNN accuracy", new ResizedPixels(), "l2:0.5,l2:1,l2:3"),
    /** kNN accuracy where the attacker uploads a file. */
    UPLOAD(
            "kNN accuracy",
            new UploadedFile(new UploadFormat.Png()),
            "linf:1/255,linf:2/255,linf:4/255,l2:0.5,l2:1,l2:3"),
    /** Which of two distorted copies is nearer. */
    CHOICE("2AFC agreement", new ResizedPixels(), "linf:4/255,l2:3"),
    /** The search for distorted copies. */
    RETRIEVAL("retrieval mAP", new ResizedPixels(), "linf:4/255");

    private final String score;
    private final Track track;
    private final List<ThreatModel> threats;

    HeadlineCell(String score, Track track, String threats) {
        this.score = score;
        this.track = track;
        this.threats = List.of(threats.split(",")).stream()
                .map(text -> Threats.named("--cells", text))
                .toList();
    }

    Track track() {
        return track;
    }

    List<ThreatModel> threats() {
        return threats;
    }

    /** What the rows are called; cells of one title and one ledger are one section of the table. */
    String title(int questions) {
        return "%s, %s, n=%d".formatted(score, track.label(), questions);
    }
}
