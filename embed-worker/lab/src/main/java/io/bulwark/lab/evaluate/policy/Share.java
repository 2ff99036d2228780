package io.bulwark.lab.evaluate.policy;

import io.bulwark.robustness.evaluate.policy.AskedPicture;
import java.util.List;

/** Which of the pictures are asked. A file's name says where it belongs, so that all squares of a photograph are together. */
enum Share {
    /** All of them. */
    ALL {
        @Override
        boolean holds(double fraction) {
            return true;
        }
    },
    /** Those that attacks and models are chosen by. */
    DEVELOPMENT {
        @Override
        boolean holds(double fraction) {
            return fraction >= FINAL_SHARE;
        }
    },
    /** Those that nobody looks at before the last run. */
    FINAL {
        @Override
        boolean holds(double fraction) {
            return fraction < FINAL_SHARE;
        }
    };

    private static final double FINAL_SHARE = 0.5;

    abstract boolean holds(double fraction);

    /** Whether it has pictures that nobody looks at before the last run. */
    boolean isKept() {
        return this != DEVELOPMENT;
    }

    List<AskedPicture> of(List<AskedPicture> pictures) {
        return pictures.stream()
                .filter(picture -> holds(picture.source().fraction("split")))
                .toList();
    }
}
