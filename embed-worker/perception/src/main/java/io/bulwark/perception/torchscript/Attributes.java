package io.bulwark.perception.torchscript;

import io.bulwark.perception.torchscript.Program.PackedConvolution;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a program finds on {@code self}.
 *
 * @param tensors parameters of the module
 * @param packed convolutions that are packed at load; no parameters
 * @param lists of tensors by name, no parameters; one that the program fills is empty
 * @param constants by name: {@link Long}, {@link Double} or {@link Boolean}
 */
public record Attributes(
        List<LinkTensor> tensors,
        List<PackedConvolution> packed,
        Map<String, List<LinkTensor>> lists,
        Map<String, Object> constants) {

    private static final String TRAINING = "training";

    /**
     * @throws IllegalArgumentException if two have one name, a name is none that a program can say, or a constant is of
     *     another type
     */
    public Attributes {
        tensors = List.copyOf(tensors);
        packed = List.copyOf(packed);
        lists = new TreeMap<>(lists);
        constants = new TreeMap<>(constants);
        Set<String> names = new HashSet<>(Set.of(TRAINING));
        tensors.forEach(tensor -> check(names, tensor.attribute()));
        packed.forEach(convolution -> check(names, convolution.attribute()));
        lists.keySet().forEach(name -> check(names, name));
        constants.forEach((name, value) -> {
            check(names, name);
            typeOf(name, value);
        });
    }

    /** Tensors alone. */
    public static Attributes of(List<LinkTensor> tensors) {
        return new Attributes(tensors, List.of(), Map.of(), Map.of());
    }

    private static void check(Set<String> names, String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || !names.add(name)) {
            throw new IllegalArgumentException("'" + name + "' is taken or cannot be the name of an attribute");
        }
    }

    private static String typeOf(String name, Object value) {
        if (value instanceof Long) {
            return "int";
        } else if (value instanceof Double) {
            return "float";
        } else if (value instanceof Boolean) {
            return "bool";
        }
        throw new IllegalArgumentException("constant '" + name + "' is neither Long, Double nor Boolean");
    }

    /** The lines that follow {@code class Program(Module):}. */
    String declarations() {
        StringBuilder lines = new StringBuilder("  __parameters__ = [");
        tensors.forEach(tensor -> lines.append('"').append(tensor.attribute()).append("\", "));
        lines.append("]\n  __buffers__ = []\n");
        declare(lines, TRAINING, "bool");
        tensors.forEach(tensor -> declare(lines, tensor.attribute(), "Tensor"));
        packed.forEach(convolution -> declare(lines, convolution.attribute(), PackedConvolution.TYPE));
        lists.keySet().forEach(name -> declare(lines, name, "List[Tensor]"));
        constants.forEach((name, value) -> declare(lines, name, typeOf(name, value)));
        return lines.toString();
    }

    private static void declare(StringBuilder lines, String name, String type) {
        lines.append("  ").append(name).append(" : ").append(type).append('\n');
    }

    /** All tensors in the order of their storages' keys. */
    List<LinkTensor> storages() {
        List<LinkTensor> storages = new ArrayList<>(tensors);
        for (PackedConvolution convolution : packed) {
            storages.add(convolution.weight());
            storages.add(convolution.bias());
        }
        lists.values().forEach(storages::addAll);
        return storages;
    }

    /** The module as {@code data.pkl} holds it. */
    byte[] pickle() {
        PickleWriter pickle = new PickleWriter();
        pickle.global("__torch__", "Program")
                .emptyTuple()
                .newObject()
                .emptyDict()
                .mark();
        // Without this attribute libtorch cannot switch a module between training and evaluation.
        pickle.text(TRAINING).bool(false);
        int key = 0;
        for (LinkTensor tensor : tensors) {
            pickle.text(tensor.attribute()).tensor(tensor, key++);
        }
        for (PackedConvolution convolution : packed) {
            pickle.text(convolution.attribute());
            convolution.pickle(pickle, key++, key++);
        }
        for (Map.Entry<String, List<LinkTensor>> list : lists.entrySet()) {
            pickle.text(list.getKey()).tensorList(list.getValue(), key);
            key += list.getValue().size();
        }
        constants.forEach((name, value) -> {
            pickle.text(name);
            if (value instanceof Long number) {
                pickle.integer(number);
            } else if (value instanceof Double number) {
                pickle.real(number);
            } else {
                pickle.bool((Boolean) value);
            }
        });
        return pickle.setItems().build().finish();
    }
}
