package io.bulwark.imaging.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bytes of named tensors in a golden file, which is in the safetensors format and trusted. */
final class GoldenTensors {

    private final byte[] file;
    private final JsonNode header;
    private final int data;

    GoldenTensors(byte[] file) {
        this.file = file;
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        this.data = Long.BYTES + length;
        try {
            this.header = new ObjectMapper().readTree(file, Long.BYTES, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean has(String tensor) {
        return header.has(tensor);
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        header.fieldNames().forEachRemaining(names::add);
        names.remove("__metadata__");
        return names;
    }

    byte[] bytes(String tensor) {
        JsonNode offsets = header.path(tensor).path("data_offsets");
        return Arrays.copyOfRange(
                file, data + offsets.path(0).asInt(), data + offsets.path(1).asInt());
    }
}
