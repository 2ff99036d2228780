package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * A test file and its outcomes.
 *
 * @param file which
 * @param original as it lies there
 * @param edits of its edited versions; empty where it was not edited
 */
public record TestedFile(LabelledFile file, Judged original, Map<Edit, Judged> edits) {

    public TestedFile {
        Map<Edit, Judged> inOrder = new EnumMap<>(Edit.class);
        inOrder.putAll(edits);
        edits = Collections.unmodifiableMap(inOrder);
    }

    /** Whether the original is decided as its label says. */
    public boolean isRight() {
        return original.decision() == (file.flagged() ? Decision.NSFW : Decision.SAFE);
    }
}
