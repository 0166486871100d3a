import com.sun.management.OperatingSystemMXBean;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** UnboundID's pool: search SERVER ADDRESS TASKS OPERATIONS, by 16 threads over 16 connections; one line of JSON. */
public final class UnboundIdPool {
    private static final int THREADS = 16;

    private static final class Seen {
        long entries;
        long values;
        long octets;
        long mark;

        void visit(final SearchResultEntry entry) {
            entries++;
            octets += entry.getDN().length();
            for (final Attribute attribute : entry.getAttributes()) {
                octets += attribute.getName().getBytes(StandardCharsets.UTF_8).length;
                for (final byte[] value : attribute.getValueByteArrays()) {
                    values++;
                    octets += value.length;
                    mark += value[0] & 0xff;
                }
            }
        }
    }

    private static Seen run(final LDAPConnectionPool pool, final long operations) throws Exception {
        final List<Thread> threads = new ArrayList<>();
        final List<Seen> seen = new ArrayList<>();
        final AtomicReference<LDAPException> failure = new AtomicReference<>();
        for (int at = 0; at < THREADS; at++) {
            final Seen own = new Seen();
            seen.add(own);
            threads.add(new Thread(() -> {
                try {
                    for (long done = 0; done < operations / THREADS; done++) {
                        own.visit(pool.searchForEntry(
                            "uid=person000000,ou=crowd,dc=example,dc=org", SearchScope.BASE, "(objectClass=*)"));
                    }
                } catch (final LDAPException exception) {
                    failure.set(exception);
                }
            }));
        }
        for (final Thread thread : threads) thread.start();
        for (final Thread thread : threads) thread.join();
        if (failure.get() != null) throw failure.get();
        final Seen all = new Seen();
        for (final Seen own : seen) {
            all.entries += own.entries;
            all.values += own.values;
            all.octets += own.octets;
            all.mark += own.mark;
        }
        return all;
    }

    public static void main(final String[] arguments) throws Exception {
        final int colon = arguments[2].lastIndexOf(':');
        final LDAPConnection first =
            new LDAPConnection(arguments[2].substring(0, colon), Integer.parseInt(arguments[2].substring(colon + 1)));
        final LDAPConnectionPool pool = new LDAPConnectionPool(first, THREADS, THREADS);
        final long operations = Long.parseLong(arguments[4]);
        run(pool, operations / 5);
        final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        final long used = system.getProcessCpuTime();
        final long began = System.nanoTime();
        final Seen seen = run(pool, operations);
        final long wall = System.nanoTime() - began;
        System.out.printf(
            "{\"peer\":\"UnboundID's pool\",\"workload\":\"pool-%s-%s\",\"operations\":%d,\"entries\":%d,\"values\":%d,"
                + "\"octets\":%d,\"mark\":%d,\"wall_ns\":%d,\"user_ns\":%d,\"system_ns\":0}%n",
            arguments[1], arguments[3], seen.entries, seen.entries, seen.values, seen.octets, seen.mark, wall,
            system.getProcessCpuTime() - used);
        pool.close();
    }
}
