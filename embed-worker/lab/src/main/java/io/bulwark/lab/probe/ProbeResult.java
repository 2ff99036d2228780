package io.bulwark.lab.probe;

import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.perception.verdict.Judgement;
import java.util.Optional;

/**
 * What became of a picture.
 *
 * @param outcome {@link ProbeOutcome#SKIPPED} only where the picture is not decided as the goal starts from
 * @param before the decision about the picture as it is
 * @param after the decision about the attacked one; empty where it was skipped, or the attack did not come to its end
 * @param queries passes through the model that the attacker took, forwards and backwards counted together, for views whose attack
 *     came to its end
 */
public record ProbeResult(ProbeOutcome outcome, Judgement before, Optional<Judgement> after, long queries) {}
