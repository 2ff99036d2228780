package io.bulwark.lab;

import io.bulwark.lab.attack.AttackCommand;
import io.bulwark.lab.audit.AuditCommand;
import io.bulwark.lab.auditlog.AuditLogCommand;
import io.bulwark.lab.bank.BankCommand;
import io.bulwark.lab.bench.BenchCommand;
import io.bulwark.lab.casebook.CasebookCommand;
import io.bulwark.lab.demo.DemoCommand;
import io.bulwark.lab.doctor.DoctorCommand;
import io.bulwark.lab.evaluate.EvaluateCommand;
import io.bulwark.lab.explain.ExplainCommand;
import io.bulwark.lab.explain.serve.ExplainServerCommand;
import io.bulwark.lab.invert.InvertCommand;
import io.bulwark.lab.keep.EraseCommand;
import io.bulwark.lab.keep.HoldCommand;
import io.bulwark.lab.keep.MissingCommand;
import io.bulwark.lab.keep.UndeliveredCommand;
import io.bulwark.lab.local.LocalCommand;
import io.bulwark.lab.look.LookCommand;
import io.bulwark.lab.model.EmbedCommand;
import io.bulwark.lab.model.ModelCommand;
import io.bulwark.lab.model.SimilarityCommand;
import io.bulwark.lab.policy.PolicyCommand;
import io.bulwark.lab.redteam.RedTeamCommand;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.Failures;
import io.bulwark.lab.topics.TopicsCommand;
import io.bulwark.lab.traffic.UploadCommand;
import io.bulwark.lab.traffic.VerdictsCommand;
import io.bulwark.lab.train.TrainCommand;
import io.bulwark.lab.users.UsersCommand;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.schemas.connection.ConnectionFaults;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
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
        },
        subcommands = {
            LocalCommand.class,
            DemoCommand.class,
            DoctorCommand.class,
            UploadCommand.class,
            VerdictsCommand.class,
            TopicsCommand.class,
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
            ModelCommand.class,
            EmbedCommand.class,
            SimilarityCommand.class,
            TrainCommand.class,
            BenchCommand.class,
            EvaluateCommand.class,
            AttackCommand.class,
            InvertCommand.class,
            ExplainCommand.class,
            ExplainServerCommand.class,
            AuditCommand.class,
            RedTeamCommand.class,
            HelpCommand.class,
            AutoComplete.GenerateCompletion.class
        })
public final class BulwarkCommand {

    /** Runs one command and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command line, ready to execute; it prints failures and returns their exit code. */
    public static CommandLine commandLine() {
        CommandLine root = new CommandLine(new BulwarkCommand());
        root.setExecutionExceptionHandler(BulwarkCommand::explain);
        root.setParameterExceptionHandler(Failures.ofArguments(root.getParameterExceptionHandler()));
        return root;
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
