import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import java.net.InetAddress;

/**
 * UnboundID's server in memory: with LDIF it prints its address and runs until it is ended; with "start REPEATS" it starts empty
 * ones within this process, one after the other, and prints one line of JSON.
 */
public final class UnboundIdServer {
    private static InMemoryDirectoryServer start(final String file) throws Exception {
        final InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=example,dc=org");
        config.addAdditionalBindCredentials("cn=admin,dc=example,dc=org", "secret");
        config.setEqualityIndexAttributes("objectClass", "uid");
        config.setListenerConfigs(
            InMemoryListenerConfig.createLDAPConfig("ldap", InetAddress.getByName("127.0.0.1"), 0, null));
        final InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
        if (file != null) server.importFromLDIF(true, file);
        server.startListening();
        return server;
    }

    public static void main(final String[] arguments) throws Exception {
        if (!arguments[0].equals("start")) {
            System.out.println("127.0.0.1:" + start(arguments[0]).getListenPort());
            return;
        }
        final int repeats = Integer.parseInt(arguments[1]);
        final long began = System.nanoTime();
        for (int at = 0; at < repeats; at++) start(null).shutDown(true);
        System.out.printf(
            "{\"peer\":\"UnboundID\",\"workload\":\"start-within\",\"operations\":%d,\"wall_ns\":%d}%n", repeats,
            System.nanoTime() - began);
    }
}
