package io.bulwark.deploy.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBuilder;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.Serial;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads JSON into model classes and refuses what these would let pass: unknown fields, which the models of fabric8 and
 * Strimzi collect instead, and deprecated ones, which Strimzi's v1 does not have any more.
 */
final class StrictReader {

    private final ObjectMapper mapper = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .addModule(new SimpleModule("strict").setDeserializerModifier(new Refusals()))
            .build();

    /** What is wrong with it; empty where it is of that type through and through. */
    Optional<String> complaint(JsonNode json, Class<?> type) {
        try {
            mapper.treeToValue(json, type);
            return Optional.empty();
        } catch (JsonProcessingException wrong) {
            return Optional.of(
                    wrong.getOriginalMessage() + " " + wrong.getMessage().replaceFirst("(?s).*through", "at"));
        }
    }

    /** Takes the models' leniency away. */
    private static final class Refusals extends BeanDeserializerModifier {

        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public BeanDeserializerBuilder updateBuilder(
                DeserializationConfig config, BeanDescription type, BeanDeserializerBuilder builder) {
            builder.setAnySetter(null);
            builder.setIgnoreUnknownProperties(false);
            type.findProperties().stream()
                    .filter(Refusals::isDeprecated)
                    .forEach(property -> builder.removeProperty(property.getFullName()));
            return builder;
        }

        private static boolean isDeprecated(BeanPropertyDefinition property) {
            return Stream.of(property.getGetter(), property.getSetter(), property.getField())
                    .anyMatch(member -> member != null && member.hasAnnotation(Deprecated.class));
        }
    }
}
