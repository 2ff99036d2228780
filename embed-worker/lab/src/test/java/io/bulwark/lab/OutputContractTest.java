package io.bulwark.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand.OutputOptions;
import io.bulwark.cli.terminal.OutputContract;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;

class OutputContractTest {

    private static final OutputContract CONTRACT = OutputContract.checkedIn();

    @Test
    void it_is_a_json_schema() {
        assertThat(JsonSchemaFactory.getInstance(VersionFlag.V202012)
                        .getSchema(SchemaLocation.of(SchemaId.V202012))
                        .validate(CONTRACT.document()))
                .isEmpty();
    }

    @Test
    void every_reference_leads_somewhere_and_to_every_definition_leads_one() {
        JsonNode document = CONTRACT.document();
        List<String> references = document.findValuesAsText("$ref");

        assertThat(references)
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
        document.path("$defs").fieldNames().forEachRemaining(name -> {
            if (!name.equals(OutputContract.FAILURE)) {
                assertThat(references).contains("#/$defs/" + name);
            }
        });
    }

    @Test
    void it_lists_the_commands_that_there_are_and_no_other() {
        Set<String> there = new TreeSet<>();
        collect(BulwarkCommand.commandLine().getCommandSpec(), there);

        assertThat(CONTRACT.commands()).isEqualTo(there);
    }

    @Test
    void a_line_is_one_command_s_alone() {
        CONTRACT.commands().forEach(reference -> {
            JsonNode definition = CONTRACT.document().at(reference.substring(1));
            List<JsonNode> kinds = definition.path("oneOf").findParents("title");
            (kinds.isEmpty() ? List.of(definition) : kinds)
                    .forEach(kind -> assertThat(OutputContract.reference(
                                    kind.at("/properties/command/const").asText()))
                            .as(kind.path("title").asText())
                            .isEqualTo(reference));
        });
    }

    @Test
    void a_field_more_another_type_and_a_missing_field_are_refused() {
        assertThat(CONTRACT.faults("{\"command\":\"bank import\",\"imported\":3}"))
                .isEmpty();
        assertThat(CONTRACT.faults("{\"command\":\"bank import\",\"imported\":3,\"more\":1}"))
                .singleElement()
                .asString()
                .contains("more");
        assertThat(CONTRACT.faults("{\"command\":\"bank import\",\"imported\":\"3\"}"))
                .isNotEmpty();
        assertThat(CONTRACT.faults("{\"command\":\"bank import\"}")).isNotEmpty();
        assertThat(CONTRACT.faults("{\"command\":\"levitate\"}"))
                .containsExactly("the command \"levitate\" is not listed");
    }

    @Test
    void what_a_command_prints_in_a_test_is_held_to_it_in_text_as_well() {
        Output output =
                new Output("bank import", false, new PrintWriter(new StringWriter()), new PrintWriter(System.err));

        assertThatThrownBy(() -> output.print("3 references", Map.of("references", 3)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("references");
    }

    private static void collect(CommandSpec spec, Set<String> commands) {
        if (spec.subcommands().isEmpty()
                && spec.userObject().getClass().getName().startsWith("io.bulwark.")) {
            commands.add(OutputContract.reference(OutputOptions.words(spec)));
        }
        spec.subcommands().values().forEach(child -> collect(child.getCommandSpec(), commands));
    }
}
