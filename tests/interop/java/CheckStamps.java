/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.esf.CompleteRevocationRefs;
import org.bouncycastle.asn1.esf.CrlOcspRef;
import org.bouncycastle.asn1.esf.CrlValidatedID;
import org.bouncycastle.asn1.esf.OcspResponsesID;
import org.bouncycastle.asn1.esf.OtherHash;
import org.bouncycastle.asn1.esf.RevocationValues;
import org.bouncycastle.asn1.ess.OtherCertID;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.CertificateList;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tsp.TimeStampToken;

/**
 * Time-stamps, references and values in CAdES signatures, recomputed with
 * BouncyCastle. Reads lines "SIGNATURE" or "SIGNATURE TAB CONTENT"; writes a
 * line for each: "OK SIGNATURE signature N type1 N type2 N archive N refs N
 * values N", with "content N" in front where there are such, or "FAIL
 * SIGNATURE why".
 */
public final class CheckStamps {
	private static final String ARCHIVE = "0.4.0.1733.2.4";
	private static final String INDEX = "0.4.0.19122.1.5";

	private final SignedData data;
	private final byte[] content;
	private final List<byte[]> values = new ArrayList<>();
	private final List<Object[]> refs = new ArrayList<>();
	private int stamped;
	private int signature;
	private int type1;
	private int type2;
	private int archive;

	private CheckStamps(SignedData data, byte[] content) {
		this.data = data;
		this.content = content;
	}

	public static void main(String[] args) throws Exception {
		Security.addProvider(new BouncyCastleProvider());
		BufferedReader in = new BufferedReader(
		    new InputStreamReader(System.in, "UTF-8"));
		for (String line = in.readLine(); line != null;
		     line = in.readLine()) {
			String[] paths = line.split("\t");
			String result;
			try {
				result = "OK " + paths[0] + " " + check(paths);
			} catch (Exception e) {
				result = "FAIL " + paths[0] + " " + e;
			}
			System.out.println(result.replace('\n', ' '));
		}
	}

	private static String check(String[] paths) throws Exception {
		byte[] octets = Files.readAllBytes(Paths.get(paths[0]));
		byte[] content = paths.length == 1 ? null :
		    Files.readAllBytes(Paths.get(paths[1]));
		CMSSignedData cms = content == null ?
		    new CMSSignedData(octets) :
		    new CMSSignedData(new CMSProcessableByteArray(content),
			octets);
		SignedData data = SignedData.getInstance(
		    cms.toASN1Structure().getContent());
		if (content == null)
			content = ASN1OctetString.getInstance(
			    data.getEncapContentInfo().getContent())
			    .getOctets();
		CheckStamps run = new CheckStamps(data, content);
		for (SignerInformation si : cms.getSignerInfos())
			run.signer(si);
		run.matchRefs();
		return (run.stamped == 0 ? "" :
			   "content " + run.stamped + " ") +
		    "signature " + run.signature + " type1 " + run.type1 +
		    " type2 " + run.type2 + " archive " + run.archive +
		    " refs " + run.refs.size() + " values " +
		    run.values.size();
	}

	private void signer(SignerInformation si) throws Exception {
		if (si.getSignedAttributes() != null)
			content(si.getSignedAttributes().get(
			    PKCSObjectIdentifiers.id_aa_ets_contentTimestamp));
		ASN1Set set =
		    si.toASN1Structure().getUnauthenticatedAttributes();
		List<Attribute> attrs = new ArrayList<>();
		for (int i = 0; set != null && i < set.size(); i++)
			attrs.add(Attribute.getInstance(set.getObjectAt(i)));
		for (int i = 0; i < attrs.size(); i++)
			attribute(si, attrs, i);
		for (SignerInformation c : si.getCounterSignatures())
			signer(c);
	}

	private void attribute(SignerInformation si, List<Attribute> attrs,
	    int at) throws Exception {
		Attribute attr = attrs.get(at);
		ASN1ObjectIdentifier oid = attr.getAttrType();
		ASN1Encodable value = attr.getAttrValues().getObjectAt(0);
		if (oid.equals(PKCSObjectIdentifiers
			.id_aa_signatureTimeStampToken)) {
			stamp(value, si.getSignature());
			signature++;
		} else if (oid.equals(
			PKCSObjectIdentifiers.id_aa_ets_escTimeStamp)) {
			stamp(value, referred(si, attrs, true));
			type1++;
		} else if (oid.equals(
			PKCSObjectIdentifiers.id_aa_ets_certCRLTimestamp)) {
			stamp(value, referred(si, attrs, false));
			type2++;
		} else if (oid.getId().equals(ARCHIVE)) {
			archived(si, attrs.subList(0, at), value);
			archive++;
		} else {
			data(oid, value);
		}
	}

	/** EN 319 122-1, 5.2.8: signed, and over the content alone. */
	private void content(Attribute attr) throws Exception {
		if (attr == null)
			return;
		stamp(attr.getAttrValues().getObjectAt(0), content);
		stamped++;
	}

	/** RFC 5126, 6.3.5 and 6.3.6. */
	private static byte[] referred(SignerInformation si,
	    List<Attribute> attrs, boolean withSignature) throws Exception {
		ASN1ObjectIdentifier[] oids = {
			PKCSObjectIdentifiers.id_aa_signatureTimeStampToken,
			PKCSObjectIdentifiers.id_aa_ets_certificateRefs,
			PKCSObjectIdentifiers.id_aa_ets_revocationRefs };
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		if (withSignature)
			out.write(si.getSignature());
		for (int i = withSignature ? 0 : 1; i < oids.length; i++)
			for (Attribute attr : attrs)
				if (attr.getAttrType().equals(oids[i])) {
					out.write(octets(attr.getAttrType()));
					out.write(octets(attr.getAttrValues()));
				}
		return out.toByteArray();
	}

	/** EN 319 122-1, 5.5: the imprint, and what its index lists. */
	private void archived(SignerInformation si, List<Attribute> before,
	    ASN1Encodable value) throws Exception {
		TimeStampToken token = token(value);
		String alg = token.getTimeStampInfo().getMessageImprintAlgOID()
		    .getId();
		Attribute attr = token.getUnsignedAttributes().get(
		    new ASN1ObjectIdentifier(INDEX));
		ASN1Sequence index = ASN1Sequence.getInstance(
		    attr.getAttrValues().getObjectAt(0));
		if (!AlgorithmIdentifier.getInstance(index.getObjectAt(0))
			.getAlgorithm().getId().equals(alg))
			throw new Exception("another digest in the index");
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.write(octets(data.getEncapContentInfo().getContentType()));
		out.write(digest(alg, content));
		ASN1Sequence info = ASN1Sequence.getInstance(
		    si.toASN1Structure().toASN1Primitive());
		for (int i = 0; i < 6; i++)
			out.write(octets(info.getObjectAt(i)));
		out.write(octets(index));
		compare(token, out.toByteArray());
		List<byte[]> listed = new ArrayList<>();
		for (Attribute a : before)
			listed.add(join(octets(a.getAttrType()),
			    octets(a.getAttrValues().getObjectAt(0))));
		listed(alg, index.getObjectAt(1), all(data.getCertificates()));
		listed(alg, index.getObjectAt(2), all(data.getCRLs()));
		listed(alg, index.getObjectAt(3), listed);
	}

	/** Entries and objects, one for one; objects may have been added. */
	private static void listed(String alg, ASN1Encodable entries,
	    List<byte[]> objects) throws Exception {
		ASN1Sequence list = ASN1Sequence.getInstance(entries);
		for (int i = 0; i < list.size(); i++) {
			byte[] want = ASN1OctetString.getInstance(
			    list.getObjectAt(i)).getOctets();
			if (i >= objects.size() ||
			    !Arrays.equals(want, digest(alg, objects.get(i))))
				throw new Exception("index entry " + i);
		}
	}

	private void data(ASN1ObjectIdentifier oid, ASN1Encodable value)
	    throws Exception {
		if (oid.equals(PKCSObjectIdentifiers.id_aa_ets_certValues)) {
			for (ASN1Encodable c : ASN1Sequence.getInstance(value))
				values.add(octets(Certificate.getInstance(c)));
		} else if (oid.equals(
			PKCSObjectIdentifiers.id_aa_ets_revocationValues)) {
			RevocationValues all =
			    RevocationValues.getInstance(value);
			for (CertificateList crl : all.getCrlVals())
				values.add(octets(crl));
			for (BasicOCSPResponse r : all.getOcspVals())
				values.add(octets(r));
		} else if (oid.equals(
			PKCSObjectIdentifiers.id_aa_ets_certificateRefs)) {
			for (ASN1Encodable e : ASN1Sequence.getInstance(value))
				certRef(OtherCertID.getInstance(e));
		} else if (oid.equals(
			PKCSObjectIdentifiers.id_aa_ets_revocationRefs)) {
			for (CrlOcspRef ref :
			    CompleteRevocationRefs.getInstance(value)
				.getCrlOcspRefs())
				revocationRef(ref);
		}
	}

	private void certRef(OtherCertID id) throws Exception {
		if (id.getIssuerSerial() == null)
			throw new Exception("a reference without issuerSerial");
		refs.add(new Object[] {
		    id.getAlgorithmHash().getAlgorithm().getId(),
		    id.getCertHash() });
	}

	private void revocationRef(CrlOcspRef ref) {
		if (ref.getCrlids() != null)
			for (CrlValidatedID id : ref.getCrlids().getCrls())
				add(id.getCrlHash());
		if (ref.getOcspids() != null)
			for (OcspResponsesID id :
			    ref.getOcspids().getOcspResponses())
				add(id.getOcspRepHash());
	}

	private void add(OtherHash hash) {
		refs.add(new Object[] {
		    hash.getHashAlgorithm().getAlgorithm().getId(),
		    hash.getHashValue() });
	}

	/** Where there are values, each reference means one of them. */
	private void matchRefs() throws Exception {
		for (Object[] ref : refs) {
			boolean found = values.isEmpty();
			for (byte[] value : values)
				found |= Arrays.equals((byte[]) ref[1],
				    digest((String) ref[0], value));
			if (!found)
				throw new Exception("reference without value");
		}
	}

	private static TimeStampToken token(ASN1Encodable value)
	    throws Exception {
		TimeStampToken token =
		    new TimeStampToken(ContentInfo.getInstance(value));
		X509CertificateHolder cert =
		    (X509CertificateHolder) token.getCertificates()
			.getMatches(token.getSID()).iterator().next();
		if (!token.isSignatureValid(
			new JcaSimpleSignerInfoVerifierBuilder()
			    .setProvider("BC")
			    .build(Keys.publicKey(cert))))
			throw new Exception("bad signature of a token");
		return token;
	}

	private static void stamp(ASN1Encodable value, byte[] over)
	    throws Exception {
		compare(token(value), over);
	}

	private static void compare(TimeStampToken token, byte[] over)
	    throws Exception {
		String alg = token.getTimeStampInfo().getMessageImprintAlgOID()
		    .getId();
		if (!Arrays.equals(digest(alg, over),
			token.getTimeStampInfo().getMessageImprintDigest()))
			throw new Exception("another imprint");
	}

	private static List<byte[]> all(ASN1Set set) throws Exception {
		List<byte[]> list = new ArrayList<>();
		for (int i = 0; set != null && i < set.size(); i++)
			list.add(octets(set.getObjectAt(i)));
		return list;
	}

	/** As stored: definite lengths, sets in their order. */
	private static byte[] octets(ASN1Encodable what) throws Exception {
		return what.toASN1Primitive().getEncoded(ASN1Encoding.DL);
	}

	private static byte[] join(byte[] a, byte[] b) {
		byte[] both = Arrays.copyOf(a, a.length + b.length);
		System.arraycopy(b, 0, both, a.length, b.length);
		return both;
	}

	private static byte[] digest(String oid, byte[] octets)
	    throws Exception {
		return MessageDigest.getInstance(oid, "BC").digest(octets);
	}
}
