import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldif.LDIFReader;

/** UnboundID's LDIFReader: reads a file and prints what it has seen: entries, values, octets, the sum of all first octets. */
public final class UnboundId {
    public static void main(final String[] arguments) throws Exception {
        long entries = 0;
        long values = 0;
        long octets = 0;
        long mark = 0;
        final LDIFReader reader = new LDIFReader(arguments[0]);
        for (Entry entry = reader.readEntry(); entry != null; entry = reader.readEntry()) {
            entries++;
            octets += entry.getDN().length();
            for (final Attribute attribute : entry.getAttributes()) {
                for (final byte[] value : attribute.getValueByteArrays()) {
                    values++;
                    octets += value.length;
                    mark += value[0] & 0xff;
                }
            }
        }
        reader.close();
        System.out.println(entries + " " + values + " " + octets + " " + mark);
    }
}
