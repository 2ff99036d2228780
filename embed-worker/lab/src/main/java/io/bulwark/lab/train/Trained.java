package io.bulwark.lab.train;

import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.model.ModelPackage.TunedModel;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.safetensors.ElementType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Result of a training, or of a part of one.
 *
 * @param steps taken
 * @param weights all of the encoder's, one row: their running average where the recipe has one
 * @param tensors where each lies
 * @param provenance recipe, parent and pictures, line by line
 */
record Trained(int steps, float[] weights, List<TensorPlace> tensors, Map<String, String> provenance) {

    /**
     * What the last checkpoint of a training holds, whether or not the training has ended.
     *
     * @param parent of that training
     * @param folder of its checkpoints
     * @throws IOException if there is no checkpoint, or it cannot be read
     */
    public static Trained at(Path folder, ModelPackage parent, EncoderOptions options) throws IOException {
        Checkpoint checkpoint = Checkpoint.in(folder);
        Map<String, String> belongs = checkpoint.belongs();
        Checkpoint.TrainingState state = checkpoint.read(belongs).orElseThrow();
        try (TrainableEncoder encoder = parent.openTrainable(options)) {
            return of(state, encoder.tensors(), belongs);
        }
    }

    /** The best weights where training looks for them, else the last. */
    static Trained of(Checkpoint.TrainingState state, List<TensorPlace> tensors, Map<String, String> belongs) {
        return state.best() == null
                ? new Trained(state.steps(), state.average().clone(), tensors, belongs)
                : new Trained(state.best().step(), state.best().weights(), tensors, belongs);
    }

    /** The same with another line of provenance. */
    public Trained with(String name, String line) {
        Map<String, String> lines = new TreeMap<>(provenance);
        lines.put(name, line);
        return new Trained(steps, weights, tensors, lines);
    }

    /** The model that it makes. */
    public TunedModel model(String name, ElementType type) {
        Map<String, String> lines = new TreeMap<>(provenance);
        lines.put("steps taken", Integer.toString(steps));
        return new TunedModel(name, weights, tensors, type, lines);
    }
}
