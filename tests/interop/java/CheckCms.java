/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.security.Security;
import java.util.Arrays;
import java.util.Collection;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.Store;

/**
 * Verifies CMS signatures with BouncyCastle. Reads lines "SIGNATURE" or
 * "SIGNATURE TAB CONTENT"; writes a line for each: "OK SIGNATURE signers N
 * counters N cades N der|ber", or "FAIL SIGNATURE why".
 */
public final class CheckCms {
	private final Store<X509CertificateHolder> certs;
	private int signers;
	private int counters;
	private int cades;

	private CheckCms(CMSSignedData cms) {
		certs = cms.getCertificates();
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
		CMSSignedData cms = paths.length == 1 ?
		    new CMSSignedData(octets) :
		    new CMSSignedData(new CMSProcessableByteArray(
			Files.readAllBytes(Paths.get(paths[1]))), octets);
		CheckCms run = new CheckCms(cms);
		for (SignerInformation si : cms.getSignerInfos())
			run.signer(si);
		if (run.signers == 0)
			throw new Exception("no signer");
		byte[] der = ASN1Primitive.fromByteArray(octets).getEncoded(
		    ASN1Encoding.DER);
		return "signers " + run.signers + " counters " + run.counters +
		    " cades " + run.cades +
		    (Arrays.equals(der, octets) ? " der" : " ber");
	}

	@SuppressWarnings("unchecked")
	private void signer(SignerInformation si) throws Exception {
		Collection<?> found = certs.getMatches(si.getSID());
		if (found.isEmpty())
			throw new Exception("no certificate of a signer");
		X509CertificateHolder cert =
		    (X509CertificateHolder) found.iterator().next();
		if (!si.verify(new JcaSimpleSignerInfoVerifierBuilder()
			    .setProvider("BC")
			    .build(Keys.publicKey(cert))))
			throw new Exception("bad signature of " +
			    cert.getSubject());
		signingCertificate(si.getSignedAttributes(), cert);
		if (si.isCounterSignature())
			counters++;
		else
			signers++;
		for (SignerInformation c : si.getCounterSignatures())
			signer(c);
	}

	/** RFC 5035, 3: the first hash is that of the signer's certificate. */
	private void signingCertificate(AttributeTable attrs,
	    X509CertificateHolder cert) throws Exception {
		Attribute attr = attrs == null ? null :
		    attrs.get(PKCSObjectIdentifiers.id_aa_signingCertificateV2);
		if (attr == null)
			return;
		ESSCertIDv2 id = SigningCertificateV2.getInstance(
		    attr.getAttrValues().getObjectAt(0)).getCerts()[0];
		String oid = id.getHashAlgorithm().getAlgorithm().getId();
		// BouncyCastle does not find this one by its identifier
		if (oid.equals("2.16.840.1.101.3.4.2.18"))
			oid = "SHAKE256-512";
		byte[] hash = MessageDigest.getInstance(oid, "BC").digest(
		    cert.getEncoded());
		if (!Arrays.equals(hash, id.getCertHash()))
			throw new Exception("signing-certificate-v2 differs");
		cades++;
	}
}
