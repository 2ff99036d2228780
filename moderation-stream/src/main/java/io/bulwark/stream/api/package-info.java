/**
 * HTTP: questions about verdicts, audits and uploaders, and the feed. What goes wrong is answered as
 * {@code application/problem+json} (RFC 9457) with a {@code type} that stays the same, see
 * {@link io.bulwark.stream.problem.Problem}.
 *
 * <p>Every resource names the role that it needs, and answers with records of the asker's tenant alone
 * ({@link io.bulwark.stream.api.Asker}); what is another tenant's looks as if it were not there. Addresses begin with
 * {@code /api/v1}; those of before, without the version, lead there.
 *
 * <p>The class whose {@code @Path} fits most of an address has it: one below that of another class needs a class with
 * its whole path, or it is answered 404.
 *
 * <p>For the API's document: a {@code Response} of a resource without {@code @Produces} has an empty schema, whatever
 * {@code @APIResponseSchema} says; an {@code @APIResponse} with media type and schema holds. Generated clients
 * (GeneratedClientsIT) need a name for each operation, and no schema may be called like an operation with
 * {@code Request} behind it.
 */
package io.bulwark.stream.api;
