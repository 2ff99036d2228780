package io.bulwark.lab.golden;

import io.bulwark.perception.encoder.EncoderOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs a manifest's cases one after the other. One thread. */
public final class GoldenRunner {

    private final GoldenManifest manifest;
    private final Map<String, GoldenCheck> checks;

    /**
     * @param vocabulary CLIP's, where it does not lie beside the tokenizer's case
     */
    public GoldenRunner(GoldenManifest manifest, EncoderOptions options, Optional<Path> vocabulary) {
        this.manifest = manifest;
        VisionCheck vision = new VisionCheck(options);
        this.checks = Map.ofEntries(
                Map.entry("open_clip_vit", vision),
                Map.entry("open_clip_convnext", vision),
                Map.entry("dino_vit", vision),
                Map.entry("open_clip_text", new TextCheck(options)),
                Map.entry("clip_tokenizer", new TokenizerCheck(vocabulary)),
                Map.entry("image_preprocess", new PreprocessCheck()),
                Map.entry("end_to_end", new EndToEndCheck(options)),
                Map.entry("twoafc_metrics", new ChoiceCheck()),
                Map.entry("retrieval_metrics", new RetrievalCheck()),
                Map.entry("apgd_2afc", new ApgdCheck(options)),
                Map.entry("pgd_robustvlm", new PgdCheck(options)),
                Map.entry("fare_training", new FareCheck(options)),
                Map.entry("published_state_dict", new PublishedCheck(options, "backbone")),
                Map.entry("published_mlp_head", new PublishedCheck(options, "mlp")),
                Map.entry("published_peft_lora", new PublishedCheck(options, "lora")));
    }

    /**
     * Runs all cases.
     *
     * @param each told of each result as it comes
     * @return the results in the manifest's order
     */
    public List<GoldenResult> run(Consumer<GoldenResult> each) {
        List<GoldenResult> results = new ArrayList<>();
        for (GoldenCase golden : manifest.cases()) {
            GoldenResult result = run(golden);
            each.accept(result);
            results.add(result);
        }
        return results;
    }

    private GoldenResult run(GoldenCase golden) {
        GoldenCheck check = checks.get(golden.kind());
        if (check == null) {
            return GoldenResult.skipped(golden, "this version has no check of kind '" + golden.kind() + "'");
        }
        Findings findings = new Findings();
        try {
            check.check(golden, manifest.files(), findings);
            return findings.result(golden);
        } catch (GoldenCheck.SkippedException e) {
            return GoldenResult.skipped(golden, e.getMessage());
        } catch (IOException | RuntimeException e) {
            // A case that cannot be run to its end has failed; the others still run.
            return GoldenResult.failed(golden, 0, e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }
}
