package io.bulwark.perception.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.bulwark.perception.safetensors.SafetensorsFile.SafetensorsException;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the JSON header of a safetensors file and holds it to the format: known types, shapes whose size is the span of
 * the offsets, tensors that tile the body, no name twice, nothing but strings in {@code __metadata__}.
 */
final class HeaderReader {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final String METADATA = "__metadata__";

    private final String file;
    private final long bodyBytes;
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private HeaderReader(String file, long bodyBytes) {
        this.file = file;
        this.bodyBytes = bodyBytes;
    }

    /** A checked header. */
    record Header(Map<String, TensorInfo> tensors, Map<String, String> metadata) {}

    static Header read(String file, String json, long bodyBytes) {
        HeaderReader reader = new HeaderReader(file, bodyBytes);
        try (JsonParser parser = JSON.createParser(json)) {
            reader.readAll(parser);
        } catch (JsonParseException e) {
            throw reader.fault("the header is not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw reader.fault("the header cannot be read as JSON: " + e.getMessage(), e);
        }
        reader.checkTiling();
        return new Header(reader.tensors, reader.metadata);
    }

    private void readAll(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw fault("the header is not a JSON object", null);
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw fault("'" + name + "' is not a JSON object", null);
            }
            if (name.equals(METADATA)) {
                readMetadata(parser);
            } else {
                tensors.put(name, readTensor(name, parser));
            }
        }
        if (parser.nextToken() != null) {
            throw fault("there is something after the header's JSON object", null);
        }
    }

    private void readMetadata(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw fault(METADATA + " entry '" + key + "' is not a string", null);
            }
            metadata.put(key, parser.getText());
        }
    }

    private TensorInfo readTensor(String name, JsonParser parser) throws IOException {
        ElementType type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (key) {
                case "dtype" -> type = readType(name, parser, value);
                case "shape" -> shape = readNumbers(name, key, parser, value);
                case "data_offsets" -> offsets = readNumbers(name, key, parser, value);
                default -> throw badTensor(name, "has an unknown key '" + key + "'");
            }
        }
        if (type == null || shape == null || offsets == null) {
            throw badTensor(name, "lacks dtype, shape or data_offsets");
        }
        return checked(name, type, shape, offsets);
    }

    private ElementType readType(String name, JsonParser parser, JsonToken value) throws IOException {
        String text = value == JsonToken.VALUE_STRING ? parser.getText() : String.valueOf(value);
        return ElementType.named(text)
                .orElseThrow(() -> badTensor(
                        name, "has the unknown dtype '" + text + "'; known are " + List.of(ElementType.values())));
    }

    private List<Long> readNumbers(String name, String key, JsonParser parser, JsonToken first) throws IOException {
        if (first != JsonToken.START_ARRAY) {
            throw badTensor(name, key + " is not an array");
        }
        List<Long> numbers = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            boolean isLong = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            if (!isLong || parser.getLongValue() < 0) {
                throw badTensor(name, key + " holds something else than whole numbers from 0 to 2^63-1");
            }
            numbers.add(parser.getLongValue());
        }
        return numbers;
    }

    private TensorInfo checked(String name, ElementType type, List<Long> shape, List<Long> offsets) {
        if (offsets.size() != 2) {
            throw badTensor(name, "has " + offsets.size() + " data_offsets instead of 2");
        }
        long begin = offsets.get(0);
        long end = offsets.get(1);
        if (begin > end || end > bodyBytes) {
            throw badTensor(name, "claims bytes %d to %d of a body of %d bytes".formatted(begin, end, bodyBytes));
        }
        long bytes;
        try {
            bytes = type.bytes();
            for (long extent : shape) {
                bytes = Math.multiplyExact(bytes, extent);
            }
        } catch (ArithmeticException e) {
            throw badTensor(name, "has shape " + shape + ", whose size exceeds 2^63-1 bytes");
        }
        if (bytes != end - begin) {
            throw badTensor(
                    name,
                    "of type %s and shape %s needs %d bytes, its data_offsets span %d"
                            .formatted(type, shape, bytes, end - begin));
        }
        return new TensorInfo(name, type, shape, begin, end);
    }

    private void checkTiling() {
        List<TensorInfo> byPlace = new ArrayList<>(tensors.values());
        byPlace.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
        long reached = 0;
        for (TensorInfo tensor : byPlace) {
            if (tensor.begin() != reached) {
                throw badTensor(
                        tensor.name(),
                        "%s: it begins at byte %d where %d is next"
                                .formatted(
                                        tensor.begin() < reached ? "overlaps another tensor" : "leaves a gap before it",
                                        tensor.begin(),
                                        reached));
            }
            reached = tensor.end();
        }
        if (reached != bodyBytes) {
            throw fault(
                    "the tensors end at byte %d of a body of %d bytes: the file is longer than its header says"
                            .formatted(reached, bodyBytes),
                    null);
        }
    }

    private SafetensorsException badTensor(String tensor, String what) {
        return fault("tensor '" + abbreviated(tensor) + "' " + what, null);
    }

    private SafetensorsException fault(String what, Throwable cause) {
        return new SafetensorsException(file + ": " + what, cause);
    }

    /** Names come from outside: a message does not grow with them. */
    private static String abbreviated(String name) {
        return name.length() <= 120 ? name : name.substring(0, 120) + "…";
    }
}
