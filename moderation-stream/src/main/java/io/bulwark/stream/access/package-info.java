/**
 * Logins, roles, tenants and limits: who asks, what they may, and what is refused before a resource is reached.
 *
 * <p>A request meets, in this order: {@link io.bulwark.stream.access.Gate} (is the host's name ours, does a change come
 * from a page of ours), {@link io.bulwark.stream.access.LoginMechanism} (who is it), the allowance of the user, and the
 * role that stands at the resource as {@code @RolesAllowed}. Each {@link io.bulwark.stream.problem.Problem} has a name.
 *
 * <h2>Decisions</h2>
 *
 * <p><b>One identity, one tenant.</b> {@link io.bulwark.stream.access.Visitor} says whose records a person sees. It
 * comes from the file of users or from the provider's token, never from the question. Who sees all tenants ({@code *})
 * may narrow a question by {@code ?tenant=}; from anybody else that is an error and not ignored.
 *
 * <p><b>Three ways to log in, decided at the start</b> ({@link io.bulwark.stream.access.LoginMechanism.Login}): a
 * provider of OpenID Connect through {@code quarkus-oidc}; a file of built-in users with bcrypt hashes, by HTTP Basic
 * or by a session in a cookie that is encrypted, {@code HttpOnly} and {@code SameSite=Strict}; or no login, and then
 * the application listens on this machine alone and refuses to start otherwise.
 *
 * <p><b>No token against foreign pages.</b> {@code quarkus-rest-csrf} asks every program for a cookie and a token, also
 * programs that bring a password or a bearer token of their own, which no page can forge. Browsers say in
 * {@code Sec-Fetch-Site} and {@code Origin} where a request comes from; a change that comes from elsewhere is refused,
 * logging in included. Cookies are {@code SameSite} besides.
 *
 * <p><b>The host's name is a list.</b> A page under an attacker's name whose address turns into 127.0.0.1 (DNS
 * rebinding) would be of the same origin as we are. Its requests name the attacker's host, so other names than ours are
 * refused.
 *
 * <p><b>The caller's address</b> ({@link io.bulwark.stream.access.Passwords.CallerAddress}) is that of the connection,
 * unless a trusted proxy is connected: then {@code X-Forwarded-For} from the right. Quarkus's {@code
 * quarkus.http.proxy.*} was rejected: it takes the left end, which the caller writes, and without a list it believes
 * everybody.
 *
 * <p><b>Hops are signed</b> ({@link io.bulwark.stream.access.HopTokens}): the asked instance answers for the visitor
 * whom the token names, so that it too answers from one tenant alone.
 */
package io.bulwark.stream.access;
