package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** Where ids of erased images still are in force: on topics, in stores, in PostgreSQL. One thread. */
final class ProofTraces {

    private static final String STATE = "-changelog";
    private static final Pattern END_OF_ID = Pattern.compile("-(?:upload|verdict)-[0-9]{" + ProofTraffic.DIGITS + "}");

    private final Set<String> erased;
    private final Set<String> names;
    private final Map<String, Set<String>> traces = new HashMap<>();

    private ProofTraces(Set<String> erased) {
        this.erased = erased;
        this.names = names(erased);
    }

    /** Places by id. @param database in a transaction, so that rows come a few at a time */
    static Map<String, Set<String>> of(Set<String> erased, Broker broker, Connection database) throws SQLException {
        ProofTraces traces = new ProofTraces(erased);
        traces.onTopics(broker);
        traces.inTables(database);
        return traces.traces;
    }

    /** Compacted topics, and the changelogs of moderation-stream's stores: the last record of each key counts. */
    private void onTopics(Broker broker) {
        for (String topic : compacted(broker)) {
            Map<String, Set<String>> byKey = new HashMap<>();
            LatestRecords.each(broker, topic, ProofRecords.READ_WITHIN, record -> {
                String key = new String(record.key() == null ? new byte[0] : record.key(), StandardCharsets.ISO_8859_1);
                byKey.remove(key);
                if (record.value() != null && !erased.isEmpty()) {
                    Set<String> named = named(key);
                    named.addAll(named(new String(record.value(), StandardCharsets.ISO_8859_1)));
                    if (!named.isEmpty()) {
                        byKey.put(key, named);
                    }
                }
            });
            byKey.values()
                    .forEach(named -> named.forEach(id ->
                            traces.computeIfAbsent(id, none -> new TreeSet<>()).add(topic)));
        }
    }

    /** Without the orders of erasure: they name what they erase until they age, {@code Topics.ERASURES} says when. */
    private static Set<String> compacted(Broker broker) {
        Set<String> compacted = new TreeSet<>();
        for (Topics topic : Topics.values()) {
            if (topic.cleanup().compacted() && topic != Topics.ERASURES) {
                compacted.add(broker.topic(topic));
            }
        }
        try (Admin admin = Admin.create(broker.clientSettings(Map.of()))) {
            admin.listTopics().names().get().stream()
                    .filter(name -> name.endsWith(STATE))
                    .forEach(compacted::add);
            return compacted;
        } catch (ExecutionException refused) {
            throw CommandFailure.unavailable(
                    "the brokers do not list their topics: "
                            + refused.getCause().getMessage(),
                    refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while listing topics", interrupted);
        }
    }

    /** Every column of every row as text, so that a table that is added later is looked at as well. */
    private void inTables(Connection database) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (PreparedStatement query = database.prepareStatement("SELECT c.relname FROM pg_class c"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = 'bulwark' AND c.relkind = 'r'");
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        for (String table : tables) {
            try (PreparedStatement query =
                    database.prepareStatement("SELECT row::text FROM bulwark.\"" + table + "\" row")) {
                query.setFetchSize(ProofRecords.FETCHED_ROWS);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        named(rows.getString(1))
                                .forEach(id -> traces.computeIfAbsent(id, none -> new TreeSet<>())
                                        .add("table " + table));
                    }
                }
            }
        }
    }

    /** Ids in a text of any kind: in a store a byte of their length may stand before them, which may be a letter. */
    private Set<String> named(String text) {
        Set<String> named = new TreeSet<>();
        Matcher matcher = END_OF_ID.matcher(text);
        while (matcher.find()) {
            for (String name : names) {
                String id = name + matcher.group();
                if (text.startsWith(name, matcher.start() - name.length()) && erased.contains(id)) {
                    named.add(id);
                }
            }
        }
        return named;
    }

    private static Set<String> names(Set<String> erased) {
        return erased.stream()
                .map(id -> END_OF_ID.matcher(id).replaceFirst(""))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
