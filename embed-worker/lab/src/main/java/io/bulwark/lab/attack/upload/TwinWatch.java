package io.bulwark.lab.attack.upload;

import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.upload.FileModerator.Said;
import io.bulwark.perception.audit.Disagreement;
import io.bulwark.perception.audit.Drift;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.List;
import java.util.Optional;

/**
 * What a worker's twin makes of files: how far it disagrees with the encoder that decides, each through its own views.
 * One thread, always the same.
 *
 * @param robust decides
 * @param clean is asked beside it
 */
public record TwinWatch(FileModerator robust, FileModerator clean) {

    /**
     * What both say of one picture.
     *
     * @param robust of the encoder that decides
     * @param clean of the twin
     */
    public record Both(Said robust, Said clean) {

        /** What the threshold of an alarm is compared with, in [0, 1]. */
        public double score() {
            return Disagreement.of(robust.testimony(), clean.testimony(), Drift.byView(units(robust), units(clean)))
                    .score();
        }

        private static List<float[]> units(Said said) {
            return said.views().stream().map(SeenView::embedding).toList();
        }
    }

    /** Of a file; empty where the decoder refuses it. */
    public Optional<Both> look(byte[] file) {
        return robust.say(file).flatMap(said -> clean.say(file, names(said)).map(other -> new Both(said, other)));
    }

    /** Of a lossless file of a picture. */
    public Both look(UprightPicture picture) {
        FileModerator.Said said = robust.sayStored(picture);
        return new Both(said, clean.sayStored(picture, names(said)));
    }

    private static List<String> names(FileModerator.Said said) {
        return said.views().stream().map(SeenView::name).toList();
    }
}
