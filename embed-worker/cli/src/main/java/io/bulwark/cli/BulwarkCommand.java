package io.bulwark.cli;

import io.bulwark.cli.CommandProvider.AddedCommand;
import io.bulwark.cli.audit.AuditCommand;
import io.bulwark.cli.auditlog.AuditLogCommand;
import io.bulwark.cli.bank.BankCommand;
import io.bulwark.cli.casebook.CasebookCommand;
import io.bulwark.cli.demo.DemoCommand;
import io.bulwark.cli.doctor.DoctorCommand;
import io.bulwark.cli.export.ExportCommand;
import io.bulwark.cli.keep.EraseCommand;
import io.bulwark.cli.keep.HoldCommand;
import io.bulwark.cli.keep.MissingCommand;
import io.bulwark.cli.keep.UndeliveredCommand;
import io.bulwark.cli.local.LocalCommand;
import io.bulwark.cli.look.LookCommand;
import io.bulwark.cli.policy.PolicyCommand;
import io.bulwark.cli.size.SizeCommand;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.CommandFailure.Failures;
import io.bulwark.cli.topics.TopicsCommand;
import io.bulwark.cli.traffic.UploadCommand;
import io.bulwark.cli.traffic.VerdictsCommand;
import io.bulwark.cli.users.UsersCommand;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.schemas.connection.ConnectionFaults;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The root of the {@code bulwark} command line. */
@Command(
        name = "bulwark",
        description = "Moderates images on a stream with adversarially robust embeddings.",
        mixinStandardHelpOptions = true,
        versionProvider = BulwarkCommand.Version.class,
        scope = ScopeType.INHERIT,
        showDefaultValues = true,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and every check that the command makes holds",
            "1:failed, or a check does not hold; the message says what",
            "2:the command line is wrong",
            "3:something that the command needs does not answer: the broker, a port, a process"
        })
public final class BulwarkCommand {

    private static final List<Class<?>> COMMANDS = List.of(
            LocalCommand.class,
            DemoCommand.class,
            DoctorCommand.class,
            UploadCommand.class,
            VerdictsCommand.class,
            TopicsCommand.class,
            SizeCommand.class,
            ExportCommand.class,
            UsersCommand.class,
            AuditLogCommand.class,
            CasebookCommand.class,
            BankCommand.class,
            PolicyCommand.class,
            EraseCommand.class,
            HoldCommand.class,
            MissingCommand.class,
            UndeliveredCommand.class,
            LookCommand.class,
            AuditCommand.class);

    /** Runs one command and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(commandLine(arguments).execute(arguments));
    }

    /** The whole command line, ready to execute; it prints failures and returns their exit code. */
    public static CommandLine commandLine() {
        return commandLine(new String[0]);
    }

    /** The same, without the commands of other modules where the arguments name one of this module. */
    private static CommandLine commandLine(String... arguments) {
        Map<String, CommandLine> commands = new LinkedHashMap<>();
        COMMANDS.forEach(command -> put(commands, new CommandLine(command)));
        if (!areOwn(commands, arguments)) {
            for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
                provider.commands().forEach(added -> add(added, commands));
            }
        }
        CommandLine root = new CommandLine(new BulwarkCommand());
        commands.values().forEach(root::addSubcommand);
        root.addSubcommand(new HelpCommand());
        root.addSubcommand(new AutoComplete.GenerateCompletion());
        root.setExecutionExceptionHandler(BulwarkCommand::explain);
        root.setParameterExceptionHandler(Failures.ofArguments(root.getParameterExceptionHandler()));
        return root;
    }

    private static boolean areOwn(Map<String, CommandLine> commands, String... arguments) {
        Map<String, CommandLine> at = commands;
        for (String argument : arguments) {
            CommandLine command = at.get(argument);
            if (command == null) {
                return false;
            }
            at = command.getSubcommands();
            if (at.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /**
     * A command's subcommands stand in its help in the order in which they were added, so later ones are added again.
     */
    private static void add(AddedCommand added, Map<String, CommandLine> commands) {
        CommandLine command = new CommandLine(added.command());
        if (added.parent().isEmpty()) {
            List<CommandLine> later = from(added.before(), commands);
            later.forEach(one -> commands.remove(one.getCommandName()));
            put(commands, command);
            later.forEach(one -> put(commands, one));
        } else {
            CommandLine parent = commands.get(added.parent());
            List<CommandLine> later = from(added.before(), parent.getSubcommands());
            later.forEach(one -> parent.getCommandSpec().removeSubcommand(one.getCommandName()));
            parent.addSubcommand(command);
            later.forEach(parent::addSubcommand);
        }
    }

    private static List<CommandLine> from(String name, Map<String, CommandLine> commands) {
        return commands.values().stream()
                .dropWhile(command -> !command.getCommandName().equals(name))
                .toList();
    }

    private static void put(Map<String, CommandLine> commands, CommandLine command) {
        commands.put(command.getCommandName(), command);
    }

    private static int explain(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof CommandFailure known) {
            return Failures.print(known, command);
        }
        if (failure instanceof ModelPackageException unusable) {
            return Failures.print(CommandFailure.failed(unusable.getMessage(), unusable), command);
        }
        return ConnectionFaults.explain(failure)
                .map(fault -> Failures.print(CommandFailure.unavailable(fault, failure), command))
                .orElseGet(() -> Failures.printDefect(failure, command));
    }

    /** Reads the version that the build wrote down. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            Properties properties = new Properties();
            try (InputStream resource = BulwarkCommand.class.getResourceAsStream("version.properties")) {
                properties.load(resource);
            } catch (IOException unreadable) {
                throw new UncheckedIOException("version.properties of the build", unreadable);
            }
            return new String[] {"bulwark " + properties.getProperty("version"), "Java " + Runtime.version()};
        }
    }
}
