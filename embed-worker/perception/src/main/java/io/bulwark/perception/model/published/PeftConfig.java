package io.bulwark.perception.model.published;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * {@code adapter_config.json} of PEFT's low-rank adapters.
 *
 * @param rank inner extent of an adapter's two matrices
 * @param alpha an adapter counts alpha / rank
 */
public record PeftConfig(int rank, double alpha) {

    /** The file's name. */
    public static final String FILE = "adapter_config.json";

    private static final double PEFTS_ALPHA = 8;

    private static final Set<String> UNDERSTOOD = Set.of(
            "r",
            "lora_alpha",
            "lora_dropout",
            "target_modules",
            "base_model_name_or_path",
            "auto_mapping",
            "inference_mode",
            "init_lora_weights",
            "revision",
            "task_type",
            "peft_version");
    private static final Map<String, String> FIXED = Map.of(
            "peft_type", "LORA",
            "bias", "none",
            "fan_in_fan_out", "false",
            "use_rslora", "false",
            "use_dora", "false",
            "lora_bias", "false",
            "use_qalora", "false");

    /**
     * Reads it.
     *
     * @param where what messages call it
     * @throws IllegalArgumentException if it asks for what would change the merged weights and is not read; the message
     *     names the option
     * @throws IOException if it is no JSON
     */
    public static PeftConfig read(String where, byte[] json) throws IOException {
        ConfigFields fields = new ConfigFields(where, new ObjectMapper().readTree(json));
        fields.onlyOptions(UNDERSTOOD, FIXED);
        return new PeftConfig(fields.integer("r"), fields.number("lora_alpha", PEFTS_ALPHA));
    }
}
