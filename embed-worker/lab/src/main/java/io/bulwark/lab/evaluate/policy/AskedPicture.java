package io.bulwark.lab.evaluate.policy;

import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.evaluate.acceptance.LabelledFile;
import io.bulwark.lab.picture.SourceFile;

/**
 * A picture that is decided and attacked.
 *
 * @param picture the file
 * @param source what it was taken from
 */
public record AskedPicture(LabelledFile picture, SourceFile source) {

    /** What an attacker wants of it. */
    AttackGoal goal() {
        return picture.flagged() ? AttackGoal.EVADE : AttackGoal.FALSE_FLAG;
    }
}
