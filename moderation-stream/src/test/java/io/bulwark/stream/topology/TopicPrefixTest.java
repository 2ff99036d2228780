package io.bulwark.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventSerde;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.decision.StoredDecision.StoredVerdict;
import io.bulwark.stream.state.TopologyEvents;
import io.bulwark.stream.testing.Samples;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription.GlobalStore;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.apache.kafka.streams.TopologyDescription.Subtopology;
import org.junit.jupiter.api.Test;

/** What the topology reads and writes where names have a prefix. */
class TopicPrefixTest {

    /** Kafka Streams puts the application id, which has the prefix, before these. */
    private static final String REPARTITION = "-repartition";

    private static final TopicNames ACME = new TopicNames("acme.");

    private final Topology topology =
            new ModerationTopology(TopologyRig.SETTINGS, events(), Optional::empty, ACME.properties()).build();

    @Test
    void everySourceAndSinkIsATopicOfThePrefix() {
        Set<String> used = topics();
        used.removeIf(topic -> topic.endsWith(REPARTITION));

        assertThat(used).hasSize(14).allMatch(topic -> ACME.catalogueOf(topic).isPresent());
    }

    /** An application id of 200 characters, the prefix among them, leaves 49 to Kafka's 249. */
    @Test
    void internalTopicsOfTheLongestApplicationIdAreNamesThatKafkaTakes() {
        Stream<String> changelogs = nodes().filter(Processor.class::isInstance)
                .flatMap(node -> ((Processor) node).stores().stream())
                .map(store -> store + "-changelog");
        Stream<String> repartitioned = topics().stream().filter(topic -> topic.endsWith(REPARTITION));

        assertThat(Stream.concat(changelogs, repartitioned).toList())
                .hasSizeGreaterThan(20)
                .allMatch(name -> 200 + 1 + name.length() <= 249);
    }

    @Test
    void evidenceNamesTheTopicAsTheBrokerDoes() {
        try (var verdicts = new EventSerde<>(Verdict.class)) {
            var serde = StoredVerdict.serde(verdicts, ACME.of(Topics.VERDICTS));
            var evidence = new StoredVerdict(
                    Samples.verdict("image").build(), new RecordCoordinates("acme.moderation.verdicts", 3, 41L));

            byte[] written = serde.serializer().serialize("store", evidence);

            assertThat(serde.deserializer().deserialize("store", written).coordinates())
                    .isEqualTo(evidence.coordinates());
        }
    }

    private Set<String> topics() {
        var topics = new HashSet<String>();
        nodes().forEach(node -> {
            if (node instanceof Source source) {
                topics.addAll(source.topicSet());
            } else if (node instanceof Sink sink) {
                topics.add(sink.topic());
            }
        });
        return topics;
    }

    private Stream<Node> nodes() {
        var description = topology.describe();
        return Stream.concat(
                description.subtopologies().stream().map(Subtopology::nodes).flatMap(Set::stream),
                description.globalStores().stream().map(GlobalStore::source));
    }

    private static TopologyEvents events() {
        return (TopologyEvents) Proxy.newProxyInstance(
                TopologyEvents.class.getClassLoader(),
                new Class<?>[] {TopologyEvents.class},
                (proxy, method, arguments) -> null);
    }
}
