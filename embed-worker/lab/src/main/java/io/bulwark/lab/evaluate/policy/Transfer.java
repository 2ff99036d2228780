package io.bulwark.lab.evaluate.policy;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.KnnLoss;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.lab.attack.upload.UploadObjective;
import io.bulwark.lab.attack.upload.UploadPath;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import java.util.List;

/**
 * Another encoder with the same references, which an attacker follows instead: what fools it may fool the one that
 * decides, and a masked gradient of that one does not help against it.
 *
 * @param name of the encoder, for reports
 * @param encoder its gradients; not closed by this
 * @param groups of the encoder's references; not closed by this
 * @param k neighbours
 * @param temperature of the vote
 */
public record Transfer(String name, DifferentiableEncoder encoder, ReferenceGroups groups, int k, double temperature) {

    /** What it sees of a picture, whole. It decides nothing, so that an attack goes on to the end. */
    Objective objective(UprightPicture picture, AttackGoal goal, ThreatModel within) {
        KnnLoss loss = KnnLoss.of(groups, goal, 1, k, temperature, (units, samples) -> new boolean[samples.length]);
        UploadPath way =
                UploadPath.moderation(encoder.description().preprocess(), ViewPolicy.SQUASH, new UploadFormat.Png());
        return new UploadObjective(encoder, way, List.of(picture), within, loss, true);
    }
}
