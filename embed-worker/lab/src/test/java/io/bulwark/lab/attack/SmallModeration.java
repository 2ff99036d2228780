package io.bulwark.lab.attack;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.upload.FileModerator;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.VotingPolicy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A whole moderation with the fixture's small ViT: rough reddish pictures are flagged, rough bluish ones are not. */
public final class SmallModeration implements AutoCloseable {

    final Encoder encoder;
    public final DifferentiableEncoder gradients;
    public final List<LabelledEmbedding> references = new ArrayList<>();
    public final PolicySettings settings = new PolicySettings(
            5,
            0.07,
            -1,
            PolicySettings.NEVER_KNOWN,
            new Thresholds(0.6, 0.4),
            PolicySettings.flagged(Set.of("nsfw")),
            Unfamiliar.REVIEW,
            Set.of("Porn"));
    public final FileModerator moderator;
    private final Bank bank;

    public SmallModeration(Path cache, ViewPolicy views) {
        this(cache, views, "vit_a");
    }

    /** @param golden name of the fixture's encoder */
    public SmallModeration(Path cache, ViewPolicy views, String golden) {
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(cache);
        ModelPackage model =
                ModelPackage.open(SmallEncoder.GOLDEN.resolve(golden).toString());
        encoder = model.openEncoder(options);
        gradients = model.openDifferentiable(options);
        PreprocessSpec spec = encoder.description().preprocess();
        Preprocessor squash = Preprocessor.moderation(spec, ViewPolicy.SQUASH);
        Random random = new Random(1);
        for (int i = 0; i < 30; i++) {
            boolean flagged = i % 2 == 0;
            byte[] pixels = squash.views(
                            picture(40, 40, flagged, random.nextLong()).still())
                    .get(0)
                    .pixels();
            float[] embedding = encoder.embed(
                            ByteBuffer.allocateDirect(pixels.length).put(pixels).flip(), 1)
                    .embedding(0);
            references.add(new LabelledEmbedding("r-" + i, flagged ? "nsfw" : "safe", embedding));
        }
        bank = MatrixBank.of(encoder.description().fingerprint(), references);
        moderator = new FileModerator(
                new StandardImageDecoder(DecodeLimits.standard()),
                Preprocessor.moderation(spec, views),
                encoder,
                bank,
                Policies.always(new VotingPolicy(settings)),
                "t");
    }

    /** Coarse noise around a colour. */
    public static UprightPicture picture(int width, int height, boolean flagged, long seed) {
        Random random = new Random(seed);
        byte[] blotches = new byte[(width / 8 + 1) * (height / 8 + 1) * 3];
        random.nextBytes(blotches);
        byte[] rgb = new byte[width * height * 3];
        int[] base = flagged ? new int[] {130, 100, 95} : new int[] {95, 100, 130};
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % width;
            int y = i / 3 / width;
            int blotch = blotches[((y / 8) * (width / 8 + 1) + x / 8) * 3 + i % 3];
            rgb[i] = (byte) (base[i % 3] + blotch / 2);
        }
        return new UprightPicture(width, height, rgb);
    }

    @Override
    public void close() {
        bank.close();
        encoder.close();
        gradients.close();
    }
}
