package io.bulwark.service;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.loop.KafkaClients;
import io.bulwark.service.telemetry.WorkerLog;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topic to which uploads are deferred. A worker does not begin without it, or without the right to write it: the
 * first slow location would fail each transaction that it is part of.
 */
final class DeferredTopic {

    private static final Set<AclOperation> NEEDED = Set.of(AclOperation.READ, AclOperation.WRITE);
    private static final int CALL_MILLIS = 5_000;

    private final KafkaClients clients;
    private final String name;

    DeferredTopic(KafkaClients clients) {
        this.clients = clients;
        this.name = clients.topics().of(Topics.IMAGES_DEFERRED);
    }

    /** Waits until the topic is there and may be read and written. */
    StartupStep step() {
        return new StartupStep(
                () -> {
                    try (Admin admin = clients.admin()) {
                        return lack(admin);
                    } catch (InterruptException stopped) {
                        throw stopped;
                    } catch (KafkaException unreachable) {
                        // Such as a name that does not resolve for a moment: to be tried again, like all else here.
                        return Optional.of(reason(unreachable));
                    }
                },
                WorkerLog::deferredTopicMissing);
    }

    private Optional<String> lack(Admin admin) {
        try {
            Set<AclOperation> mine = admin.describeTopics(
                            List.of(name),
                            new DescribeTopicsOptions()
                                    .includeAuthorizedOperations(true)
                                    .timeoutMs(CALL_MILLIS))
                    .allTopicNames()
                    .get()
                    .get(name)
                    .authorizedOperations();
            // A broker that checks no rights says that all are there; one that is too old to say it is not asked twice.
            if (mine == null || mine.containsAll(NEEDED)) {
                return Optional.empty();
            }
            return Optional.of(denied());
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        } catch (ExecutionException failure) {
            Throwable cause = failure.getCause();
            if (cause instanceof UnknownTopicOrPartitionException) {
                return Optional.of("Topic " + name + " does not exist. Create it as the catalogue has it, with `bulwark"
                        + " topics create`");
            }
            if (cause instanceof TopicAuthorizationException) {
                return Optional.of(denied());
            }
            return Optional.of(reason(cause));
        }
    }

    private static String reason(Throwable cause) {
        return ConnectionFaults.explain(cause)
                .orElseGet(() -> cause.getClass().getSimpleName() + ": " + cause.getMessage());
    }

    private String denied() {
        return "The broker denies access: a worker has to read and to write topic " + name
                + ". Grant it the access rules of its role";
    }
}
