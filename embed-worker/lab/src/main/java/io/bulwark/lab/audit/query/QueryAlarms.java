package io.bulwark.lab.audit.query;

import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.scaling.ScalingDetector;
import io.bulwark.lab.attack.command.ModerationTarget;
import io.bulwark.lab.attack.upload.TwinWatch;
import io.bulwark.lab.audit.ScalingRun;
import io.bulwark.perception.audit.Disagreement;
import java.util.Locale;

/**
 * The detectors beside a worker: its twin, and the look for hidden pictures. A change of small norm hardly touches the
 * second, so no gradient climbs it; that it stays silent is checked. One thread, the target's.
 *
 * @param target the worker
 * @param twin watches it; closed with this
 * @param scaling looks at uploads
 * @param twinThreshold above which the twin's disagreement is audited
 * @param scalingThreshold above which a trace is audited
 */
record QueryAlarms(
        ModerationTarget target,
        ModerationTarget twin,
        ScalingRun scaling,
        double twinThreshold,
        double scalingThreshold)
        implements AutoCloseable {

    /** Whether an upload is audited. */
    boolean raisedBy(UprightPicture upload) {
        return new TwinWatch(target.moderator(), twin.moderator()).look(upload).score() > twinThreshold
                || scaling.score(upload) > scalingThreshold;
    }

    /** What joint attacks depend on, in words. */
    String words() {
        return String.format(
                Locale.ROOT,
                ", twin %s (%s) above %.4f, %s above %.4f",
                twin.moderator().encoder().description().fingerprint(),
                Disagreement.VERSION,
                twinThreshold,
                ScalingDetector.VERSION,
                scalingThreshold);
    }

    @Override
    public void close() {
        twin.close();
    }
}
