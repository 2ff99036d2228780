package io.bulwark.service.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Names to addresses; {@link InetAddress#getAllByName} in production. */
@FunctionalInterface
interface NameService {

    InetAddress[] resolve(String host) throws UnknownHostException;
}
