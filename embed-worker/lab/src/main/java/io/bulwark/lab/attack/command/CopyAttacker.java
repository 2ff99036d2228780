package io.bulwark.lab.attack.command;

import io.bulwark.cli.demo.SampleAttacker;
import io.bulwark.cli.demo.SampleAttacker.AttackedCopy;
import io.bulwark.cli.demo.SampleAttacker.Sample;
import io.bulwark.cli.demo.SampleAttacker.TwinSettings;
import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.events.Decision;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.upload.UploadAttack.AttackedUpload;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Judgement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes attacked copies of samples against the clean twin: APGD in l∞ 4/255 on the uploaded file, through all views.
 * They are made at each run rather than shipped: a shipped copy would be good against one twin, bank and policy only.
 */
public final class CopyAttacker implements SampleAttacker {

    private static final ThreatModel THREAT = ThreatModel.linf(4 / 255.0);

    /** Not stopped early: a copy that just passes the twin would pass no other precision of it. */
    private static final Apgd ATTACK = new Apgd(20, 1, Apgd.EarlyStop.NEVER, 1);

    /** An attack goes through all views, each step of it: with margins cut and panels found some seconds a sample. */
    private static final int EVERY = 4;

    /** A copy of every fourth sample, in their order. Takes some seconds each. */
    @Override
    public List<AttackedCopy> attack(List<Sample> all, TwinSettings twin, Path bank, Output output) {
        List<Sample> samples = IntStream.range(0, all.size())
                .filter(i -> i % EVERY == 0)
                .mapToObj(all::get)
                .toList();
        ModelPackage model = ModelPackage.open(twin.model());
        try (ModerationTarget target = target(model, twin, LabelledPicture.below(bank), output);
                Progress progress = Progress.of("attacking", samples.size(), output)) {
            output.note("Attacking " + samples.size() + " samples against the clean twin: APGD, " + THREAT + ", "
                    + ATTACK.iterations() + " steps");
            List<AttackedCopy> copies = new ArrayList<>();
            for (Sample sample : samples) {
                AttackGoal goal = sample.expected() == Decision.NSFW ? AttackGoal.EVADE : AttackGoal.FALSE_FLAG;
                AttackedUpload upload = target.attack()
                        .run(
                                InputFile.bytes(sample.file()),
                                goal,
                                (height, width) -> ATTACK,
                                THREAT,
                                new UploadFormat.Png());
                copies.add(new AttackedCopy(
                        sample,
                        upload.file(),
                        upload.before().outcome(),
                        upload.after().map(Judgement::outcome),
                        upload.fooled(),
                        upload.linf()));
                progress.step();
            }
            return copies;
        }
    }

    private static ModerationTarget target(
            ModelPackage model, TwinSettings twin, List<LabelledPicture> pictures, Output output) {
        output.note("Embedding " + pictures.size() + " pictures of the bank with the clean twin");
        try (Progress progress = Progress.of("embedding", pictures.size(), output)) {
            return new ModerationTarget(
                    model,
                    EncoderOptions.defaults(),
                    pictures,
                    references -> twin.policy(),
                    picture -> progress.step());
        }
    }
}
