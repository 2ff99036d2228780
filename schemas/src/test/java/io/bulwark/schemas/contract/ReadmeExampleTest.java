package io.bulwark.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.access.Role.AccessRule;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeExampleTest {

    @TempDir
    private Path folder;

    @Test
    void itCompilesAgainstThisModuleAndItsTwoLibraries() throws IOException {
        assertThat(ReadmeExample.read().compiled(folder)).isNotNull();
    }

    /**
     * A subscriber's user may read the topic and join the group, on a broker that has the roles' rules and no others.
     */
    @Test
    void itDoesWhatASubscriberMayDo() throws IOException {
        ReadmeExample example = ReadmeExample.read();
        String group = example.property("group.id").orElseThrow();
        assertThat(Role.SUBSCRIBER.rules(AccessNames.DEFAULT))
                .filteredOn(rule -> rule.type() == ResourceType.GROUP)
                .anyMatch(rule -> rule.pattern() == PatternType.PREFIXED
                        ? group.startsWith(rule.name())
                        : group.equals(rule.name()));
        assertThat(Role.SUBSCRIBER.rules(AccessNames.DEFAULT))
                .extracting(AccessRule::name)
                .contains(Topics.DECISIONS.topicName());
    }

    /**
     * Decisions are the last word; a group that is new begins with what is there; nothing that was aborted is shown.
     */
    @Test
    void itObeysDecisionsFromTheFirstOneOn() throws IOException {
        ReadmeExample example = ReadmeExample.read();
        assertThat(example.code()).contains("Topics.DECISIONS").doesNotContain("Topics.VERDICTS");
        assertThat(example.property("auto.offset.reset")).contains("earliest");
        assertThat(example.property("isolation.level")).contains("read_committed");
    }
}
