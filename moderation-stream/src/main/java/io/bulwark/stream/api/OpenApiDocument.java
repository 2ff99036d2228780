package io.bulwark.stream.api;

import io.bulwark.stream.problem.Problem;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** What the API's document says beside what the resources say of themselves: how to log in, and what every error looks like. */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class OpenApiDocument implements OASFilter {

    private static final String PROBLEM = "Problem";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.setServers(List.of(OASFactory.createServer()
                .url("/")
                .description("Where the document comes from; behind an ingress its address.")));
        document.getComponents()
                .addSchema(PROBLEM, problem())
                .addSecurityScheme(
                        "password",
                        scheme("basic")
                                .description("A built-in user's name and password. Each request costs a bcrypt."))
                .addSecurityScheme("token", scheme("bearer").description("An access token of the OpenID provider."))
                .addSecurityScheme(
                        "session",
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.APIKEY)
                                .in(SecurityScheme.In.COOKIE)
                                .name("bulwark-session")
                                .description(
                                        "A browser's, after POST /login with j_username and j_password as a form."));
        for (String way : List.of("password", "token", "session")) {
            document.addSecurityRequirement(
                    OASFactory.createSecurityRequirement().addScheme(way));
        }
        document.getPaths().getPathItems().values().stream()
                .flatMap(path -> path.getOperations().values().stream())
                .forEach(OpenApiDocument::typeErrors);
    }

    /** Any question may also be malformed, asked too often, or asked while a part of the application does not answer. */
    private static void typeErrors(Operation operation) {
        operation.getResponses().getAPIResponses().forEach((status, response) -> {
            if (status.compareTo("400") >= 0 && response.getContent() == null) {
                response.setContent(problemContent());
            }
        });
        Map.of("401", "Not Authorized", "403", "Not Allowed").forEach((status, description) -> {
            if (!operation.getResponses().hasAPIResponse(status)) {
                operation
                        .getResponses()
                        .addAPIResponse(
                                status,
                                OASFactory.createAPIResponse()
                                        .description(description)
                                        .content(problemContent()));
            }
        });
        operation
                .getResponses()
                .setDefaultValue(OASFactory.createAPIResponse()
                        .description("Not done; type says why.")
                        .content(problemContent()));
    }

    private static Content problemContent() {
        return OASFactory.createContent()
                .addMediaType(
                        Problem.MEDIA_TYPE_NAME,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref(PROBLEM)));
    }

    private static Schema problem() {
        return OASFactory.createSchema()
                .description("RFC 9457.")
                .addType(Schema.SchemaType.OBJECT)
                .addProperty(
                        "type", string("What kind, for programs: " + Problem.TYPES + " and a name. It never changes."))
                .addProperty("title", string("What kind, for people."))
                .addProperty(
                        "status",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.INTEGER)
                                .description("Of HTTP."))
                .addProperty("detail", string("What is wrong here and what fixes it."))
                .required(List.of("type", "title", "status", "detail"));
    }

    private static Schema string(String description) {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING).description(description);
    }

    private static SecurityScheme scheme(String name) {
        return OASFactory.createSecurityScheme().type(SecurityScheme.Type.HTTP).scheme(name);
    }
}
